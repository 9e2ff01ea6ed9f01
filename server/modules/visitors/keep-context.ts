import { isDeepStrictEqual } from 'node:util';
import type { Conversation, JsonObject } from '../../../shared/schema.ts';
import type { Bus } from '../../events/bus.ts';
import type { ClientStorage } from '../../storage/storage.ts';

/**
 * Notes what the page says of itself now beside the rest of the conversation's metadata, and tells everybody; what is
 * known already stores nothing. `conversation` is the row as it was stored last.
 * @throws NotFoundError `conversation` when it has been removed meanwhile
 */
export async function keepContext(
  { bus, storage }: { bus: Bus; storage: ClientStorage },
  { id, metadata }: Conversation,
  context: JsonObject,
): Promise<void> {
  if (isDeepStrictEqual(metadata.context, context)) return;
  const conversation = await storage.conversations.update(id, { metadata: { ...metadata, context } });
  bus.publish('conversation.updated', { clientId: storage.clientId, conversation });
}
