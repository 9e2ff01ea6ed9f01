import type { ClientId } from '../../../shared/ids.ts';
import { decodeIdCursor, encodeIdCursor } from '../cursor.ts';
import { NotFoundError } from '../errors.ts';
import type { AttachmentsRepository } from '../repositories/attachments.ts';
import type { MemContext } from './mem-context.ts';
import { attachments } from './mem-conversation-tables.ts';
import { takePage } from './mem-page.ts';
import { idOf, ownedKey } from './mem-values.ts';

export function createAttachments({ env, read, write }: MemContext, clientId: ClientId): AttachmentsRepository {
  return {
    create: ({ conversationId, uploadedBy, name, mediaType, sizeBytes, storageKey }) =>
      write((tx) =>
        tx.of(attachments).insert({
          clientId,
          id: env.newId(),
          conversationId: idOf(conversationId),
          uploadedBy,
          name,
          mediaType,
          sizeBytes,
          storageKey,
          sentAt: null,
          createdAt: env.now(),
        }),
      ),

    find: (id) => read((tx) => tx.of(attachments).get(ownedKey(clientId, id))),

    list: ({ conversationId }, { limit, cursor }) =>
      read((tx) => {
        const beyond = cursor === undefined ? undefined : { id: decodeIdCursor(cursor) };
        const rows =
          conversationId === undefined
            ? tx.of(attachments).scan('client', clientId, { beyond })
            : tx.of(attachments).scan('conversation', ownedKey(clientId, conversationId), { beyond });
        return takePage(rows, limit, ({ id }) => encodeIdCursor(id));
      }),

    take: (ids, { conversationId, uploadedBy }) =>
      write((tx) =>
        ids
          .map((id) => {
            const attachment = tx.of(attachments).get(ownedKey(clientId, id));
            const isThere = attachment?.conversationId === idOf(conversationId) && attachment.sentAt === null;
            if (!isThere || attachment.uploadedBy !== uploadedBy) throw new NotFoundError('attachment');
            return attachment;
          })
          .map((attachment) => tx.of(attachments).update(attachment, { sentAt: env.now() })),
      ),

    countUnsent: ({ conversationId, uploadedBy }) =>
      read((tx) => {
        let count = 0;
        for (const row of tx.of(attachments).scan('conversation', ownedKey(clientId, conversationId))) {
          if (row.sentAt === null && row.uploadedBy === uploadedBy) count++;
        }
        return count;
      }),

    seal: ({ conversationId }) =>
      read((tx) => {
        // Whoever adds one meanwhile keeps this from being committed, and it is done again.
        tx.mustBeAlone = true;
        const rows =
          conversationId === undefined
            ? tx.of(attachments).scan('client', clientId)
            : tx.of(attachments).scan('conversation', ownedKey(clientId, conversationId));
        return [...rows].map(({ storageKey }) => storageKey);
      }),

    removeUnsent: (id) =>
      write((tx) => {
        const attachment = tx.of(attachments).get(ownedKey(clientId, id));
        if (attachment?.sentAt !== null) return false;
        tx.of(attachments).remove([attachment]);
        return true;
      }),
  };
}
