import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface PgbenchResult {
  transactionsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/**
 * The yardstick: the same insert and counter as one CTE statement on the same tables, sent by Postgres' own load
 * generator with prepared statements. `conversations` is how many planted conversations it spreads over.
 */
export async function runPgbench(options: {
  program: string;
  url: string;
  clients: number;
  seconds: number;
  clientId: string;
  conversations: number;
}): Promise<PgbenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'confab-pgbench-'));
  try {
    const script = join(folder, 'cte.sql');
    writeFileSync(
      script,
      `\\set n random(1, ${options.conversations})
WITH bumped AS (
  UPDATE conversations SET message_count = message_count + 1, last_sequence = last_sequence + 1,
    last_message_preview = 'A question of about the usual length, as visitors ask.', last_message_role = 'user',
    last_message_at = now(), updated_at = now()
  WHERE client_id = '${options.clientId}' AND id = ('00000000-0000-7000-8000-' || lpad(to_hex(:n::bigint), 12, '0'))::uuid
  RETURNING id, last_sequence
)
INSERT INTO messages (client_id, conversation_id, sequence, id, role, content, metadata, client_message_id, created_at)
SELECT '${options.clientId}', id, last_sequence, gen_random_uuid(), 'user',
  'A question of about the usual length, as visitors ask.', '{}', gen_random_uuid()::text, now() FROM bumped RETURNING id;
`,
    );
    const { stdout } = await run(
      options.program,
      [
        '-n',
        '-M',
        'prepared',
        '-f',
        script,
        '-c',
        String(options.clients),
        '-j',
        '1',
        '-T',
        String(options.seconds),
        '-l',
        '--log-prefix',
        join(folder, 'log'),
        options.url,
      ],
      { cwd: folder, maxBuffer: 1 << 26 },
    );
    const latencies = readdirSync(folder)
      .filter((name) => name.startsWith('log'))
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
      .map((line) => Number(line.split(' ')[2]) / 1000)
      .sort((a, b) => a - b);
    const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
    return { transactionsPerSecond: Number(/tps = ([\d.]+)/.exec(stdout)?.[1]), p50Ms: at(0.5), p99Ms: at(0.99) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
