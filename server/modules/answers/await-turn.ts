import type { Message } from '../../../shared/schema.ts';
import type { Bus } from '../../events/bus.ts';
import type { ClientStorage } from '../../storage/storage.ts';

interface Wait {
  own: ClientStorage;
  bus: Bus;
  question: Message;
  /** What was said before it, earliest first. */
  before: readonly Message[];
  now(): Date;
  signal: AbortSignal;
  times: TurnTimes;
}

export interface TurnTimes {
  /** How often to look whether it is time, if nobody tells. */
  lookMs: number;
  /** How long to wait at most. */
  patienceMs: number;
}

export const turnTimes: TurnTimes = { lookMs: 400, patienceMs: 8_000 };

/** Jobs of questions that lie further back are not waited for. */
const earlierMax = 5;

/**
 * Resolves to true when no earlier question of the thread is still being answered, so that questions are answered in
 * order; to false when that takes too long. @throws the signal's reason when it fires
 */
export async function awaitTurn({ own, bus, question, before, now, signal, times }: Wait): Promise<boolean> {
  const earlier = before.filter(({ role }) => role === 'user').slice(-earlierMax);
  if (earlier.length === 0) return true;
  const until = performance.now() + times.patienceMs;
  for (;;) {
    signal.throwIfAborted();
    if (!(await isSomeoneBefore(own, earlier, now()))) return true;
    if (performance.now() >= until) return false;
    await nextEntry(bus, question.conversationId, times.lookMs, signal);
  }
}

/** Jobs that are put off, until a workflow has had its time or after a failure, let later questions pass. */
async function isSomeoneBefore(own: ClientStorage, earlier: readonly Message[], now: Date): Promise<boolean> {
  for (const { id } of earlier) {
    const job = await own.jobs.find('answer', id);
    if (job && ((job.leaseUntil !== null && job.leaseUntil > now) || job.runAt <= now)) return true;
  }
  return false;
}

/** Resolves with the thread's next entry, or when it is time to look. */
function nextEntry(bus: Bus, conversationId: string, lookMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      unsubscribe();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, lookMs);
    const unsubscribe = bus.subscribe('message.created', ({ message }) => {
      if (message.conversationId === conversationId) end();
    });
    signal.addEventListener('abort', end, { once: true });
  });
}
