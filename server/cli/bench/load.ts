import { fork } from 'node:child_process';
import { projectPath } from '../../lib/paths.ts';

/** What to send. `targets` are gone through in turn; `%ID%` in a body becomes an id that is never used twice. */
export interface LoadPlan {
  host: string;
  port: number;
  connections: number;
  warmUpMs: number;
  measureMs: number;
  /** Tells the ids of one run from those of another. */
  runId: string;
  targets: { method: 'GET' | 'POST'; path: string /** Lines, each with its CRLF. */; headers: string; body?: string }[];
}

/** What came of it; `wrong` counts answers other than 2xx, warm-up included. */
export interface LoadResult {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Counted ones. */
  requests: number;
  /** All that were sent, warm-up included. */
  sent: number;
  wrong: number;
  firstWrong: string;
}

/** Runs a plan in a process of its own. @throws Error when an answer was wrong: such a figure means nothing */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const child = fork(projectPath('server', 'cli', 'bench', 'load-client.ts'), { execArgv: ['--import', 'tsx'] });
  const result = await new Promise<LoadResult | { error: string }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as LoadResult));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The load generator ended with ${code}.`)));
    child.send(plan);
  });
  if ('error' in result) throw new Error(result.error);
  if (result.wrong > 0) throw new Error(`${result.wrong} answers were wrong, the first: ${result.firstWrong}`);
  return result;
}
