import type { Conversation, Handoff } from '../../../shared/schema.ts';
import { handoffs } from './mem-conversation-tables.ts';
import type { MemTransaction } from './mem-database.ts';
import { ownedKey } from './mem-values.ts';

/** The handoff of a conversation that is not over. */
export function openHandoffOf(tx: MemTransaction, { clientId, id }: Conversation): Handoff | undefined {
  return tx.of(handoffs).findBy('open', ownedKey(clientId, id));
}

/** Ends it, when there is one, answers it as it is then, and leaves the conversation to the caller. */
export function endOpenHandoff(
  tx: MemTransaction,
  conversation: Conversation,
  end: { at: Date; as: NonNullable<Handoff['resolution']> },
): Handoff | undefined {
  const open = openHandoffOf(tx, conversation);
  return open && tx.of(handoffs).update(open, { resolvedAt: end.at, resolution: end.as });
}
