import type { Logger } from 'pino';
import type { OnReplicaState, ReplicaState } from './replica.ts';

const AGAIN_AFTER_MS = 60_000;

/**
 * Logs that the replica went or came back: the first change at once, later ones at most once a minute, so that one whose
 * delay goes to and fro does not fill the log. What is said last is how it is.
 */
export function logReplicaStates(log: Logger, nowMs: () => number = () => performance.now()): OnReplicaState {
  let said: ReplicaState = 'up';
  let saidAt = Number.NEGATIVE_INFINITY;
  let latest: { state: ReplicaState; reason: string } = { state: 'up', reason: '' };
  let timer: NodeJS.Timeout | undefined;

  function say(): void {
    timer = undefined;
    if (latest.state === said) return;
    said = latest.state;
    saidAt = nowMs();
    if (said === 'up') log.info({ event: 'replica.up' });
    else log.warn({ event: `replica.${said}`, reason: latest.reason, readsGoTo: 'primary' });
  }

  return (state, reason) => {
    latest = { state, reason };
    if (timer !== undefined) return;
    const waitMs = saidAt + AGAIN_AFTER_MS - nowMs();
    if (waitMs <= 0) say();
    else timer = setTimeout(say, waitMs).unref();
  };
}
