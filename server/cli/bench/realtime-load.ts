import { fork } from 'node:child_process';
import { projectPath } from '../../lib/paths.ts';

export interface BenchThread {
  token: string;
  conversationId: string;
}

/** Visitors on one server process, each with an agent's socket on the other who watches the thread. */
export interface RealtimeLoad {
  /** What is sent: a word about writing, which is passed on and stored nowhere, or a message. */
  kind: 'typing' | 'message';
  visitorPort: number;
  agentPort: number;
  apiKey: string;
  threads: BenchThread[];
  perSecond: number;
  warmUpMs: number;
  measureMs: number;
}

/** Sockets that say nothing: each watches one of the threads, or, without any, is a bare WebSocket. */
export interface IdlePlan {
  kind: 'idle';
  port: number;
  sockets: number;
  threads: BenchThread[];
}

export type RealtimePlan = RealtimeLoad | IdlePlan;

export interface RealtimeResult {
  offeredPerSecond: number;
  offered: number;
  delivered: number;
  /** Answers to the senders: done, and not done. */
  acknowledged: number;
  refused: number;
  p50Ms: number;
  p99Ms: number;
}

/**
 * Runs a plan in a process of its own. At each of its stages (`measuring`, `measured`; `open`) it waits until `at` has
 * done its work. @throws Error when a socket is refused
 */
export async function runRealtime<Result>(plan: RealtimePlan, at: (stage: string) => Promise<void>): Promise<Result> {
  const child = fork(projectPath('server', 'cli', 'bench', 'realtime-client.ts'), { execArgv: ['--import', 'tsx'] });
  return new Promise<Result>((resolve, reject) => {
    child.on('message', (message: { event: string } | { error: string } | Result) => {
      if (typeof message === 'object' && message !== null && 'event' in message) {
        at(message.event).then(() => child.send('go on'), reject);
      } else if (typeof message === 'object' && message !== null && 'error' in message) {
        reject(new Error(message.error));
      } else resolve(message as Result);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The load generator ended with ${code}.`)));
    child.send(plan);
  });
}
