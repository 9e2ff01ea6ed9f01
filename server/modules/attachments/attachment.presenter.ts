import * as z from 'zod/mini';
import type { AttachmentView } from '../../../shared/contracts/attachments.ts';
import type { ClientId } from '../../../shared/ids.ts';
import type { Attachment, JsonObject, Message } from '../../../shared/schema.ts';
import type { Tickets } from './ticket.ts';

/** What a message keeps of its files, in its metadata, so that reading a thread reads messages alone. */
export type SentAttachment = Pick<Attachment, 'id' | 'name' | 'mediaType' | 'sizeBytes'>;

type Whereabouts = { clientId: ClientId; conversationId: string };

const kept = z.array(z.object({ id: z.string(), name: z.string(), mediaType: z.string(), sizeBytes: z.int() }));

/** The metadata of a message that takes the files up. */
export function metadataWith(attachments: readonly Attachment[], metadata: JsonObject = {}): JsonObject {
  const sent = attachments.map(({ id, name, mediaType, sizeBytes }) => ({ id, name, mediaType, sizeBytes }));
  return { ...metadata, attachments: sent };
}

/** The files of a message, and its metadata without them. */
export function attachmentsOf({ metadata }: Pick<Message, 'metadata'>): {
  attachments: SentAttachment[];
  metadata: JsonObject;
} {
  if (metadata.attachments === undefined) return { attachments: [], metadata };
  const { attachments, ...rest } = metadata;
  const read = kept.safeParse(attachments);
  return read.success ? { attachments: read.data, metadata: rest } : { attachments: [], metadata };
}

/** For members: the address works with their session. */
export function presentAttachment(
  { id, name, mediaType, sizeBytes }: SentAttachment,
  { clientId }: Pick<Whereabouts, 'clientId'>,
): AttachmentView {
  return { id, name, mediaType, sizeBytes, url: `/api/clients/${clientId}/attachments/${id}` };
}

/** For visitors: the address works for some minutes, without a token. */
export function presentVisitorAttachment(
  { id, name, mediaType, sizeBytes }: SentAttachment,
  { clientId, conversationId }: Whereabouts,
  tickets: Pick<Tickets, 'issue'>,
): AttachmentView {
  const ticket = tickets.issue({ clientId, conversationId, attachmentId: id });
  return { id, name, mediaType, sizeBytes, url: `/api/attachments/${id}?ticket=${ticket}` };
}
