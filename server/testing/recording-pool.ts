import pg from 'pg';

/** A pool that tells what was sent through it, and that can be cut off. */
export interface RecordingPool {
  query: pg.Pool['query'];
  /** Every statement so far, oldest first. */
  statements: string[];
  /** While true every statement fails as it does without a server. */
  down: boolean;
  end(): Promise<void>;
}

export function createRecordingPool(url: string): RecordingPool {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => {});
  const recording = {
    statements: [] as string[],
    down: false,
    query: async (text: string, values?: unknown[]) => {
      recording.statements.push(text);
      if (recording.down) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      return pool.query(text, values);
    },
    end: () => pool.end(),
  };
  return recording as unknown as RecordingPool;
}
