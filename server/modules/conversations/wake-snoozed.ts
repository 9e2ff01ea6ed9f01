import type { Conversation } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { NotFoundError } from '../../storage/errors.ts';

type WakeDeps = Pick<Deps, 'storage' | 'bus' | 'now'>;

/** Few at a time: each is a transaction of its own, and requests want the pool as well. */
const atOnce = 50;
const intervalMs = 10_000;

/**
 * Opens every conversation whose snooze has passed, or lets it wait when a person was called for. Any number of
 * processes may do so at the same time.
 * @returns how many this call has opened
 */
export async function wakeSnoozed(deps: WakeDeps): Promise<number> {
  let woken = 0;
  for (;;) {
    const due = await deps.storage.directory.listConversationsDueToWake(deps.now(), atOnce);
    const before = woken;
    for (const conversation of due) if (await wake(deps, conversation)) woken++;
    if (due.length < atOnce || woken === before) return woken;
  }
}

async function wake({ storage, bus, now }: WakeDeps, { id, clientId }: Conversation): Promise<boolean> {
  const conversation = await storage
    .transaction(async (scope) => {
      const { conversations } = scope.forClient(clientId);
      // Since it was listed somebody may have answered, closed or snoozed it anew.
      const current = await conversations.find(id);
      if (current?.status !== 'snoozed' || !current.snoozedUntil || current.snoozedUntil > now()) return undefined;
      return conversations.update(id, { status: current.handoff ? 'waiting' : 'open', snoozedUntil: null });
    })
    .catch((error: unknown) => {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    });
  if (conversation) bus.publish('conversation.updated', { clientId, conversation });
  return conversation !== undefined;
}

/** Looks for conversations to wake up now and every few seconds, until stopped. Does not keep the process alive. */
export function startConversationWaker(deps: WakeDeps & Pick<Deps, 'log'>): { stop(): void } {
  let running = false;
  const look = async () => {
    if (running) return;
    running = true;
    try {
      await wakeSnoozed(deps);
    } catch (error) {
      deps.log.warn({ event: 'wake.failed', err: error });
    } finally {
      running = false;
    }
  };
  void look();
  const timer = setInterval(look, intervalMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
