import type { DirectoryRepository } from '../repositories/directory.ts';
import { apiKeys, invitations, widgets } from './mem-client-tables.ts';
import type { MemContext } from './mem-context.ts';
import { attachments, conversationSearch, conversations } from './mem-conversation-tables.ts';
import { compareText, ownedKey } from './mem-values.ts';

export function createDirectory({ read }: MemContext): DirectoryRepository {
  return {
    findWidgetByPublicKey: (publicKey) =>
      read((tx) => {
        const widget = tx.of(widgets).findBy('publicKey', publicKey);
        return widget?.archivedAt === null ? widget : undefined;
      }),

    findApiKeyByHash: (keyHash) =>
      read((tx) => {
        const apiKey = tx.of(apiKeys).findBy('hash', keyHash);
        return apiKey?.revokedAt === null ? apiKey : undefined;
      }),

    findInvitationByTokenHash: (tokenHash) => read((tx) => tx.of(invitations).findBy('token', tokenHash)),

    listWidgetsDueForActivation: (now, limit) =>
      read((tx) => firstOf(tx.of(widgets).scan('due', 'due'), limit, ({ activateAt }) => activateAt! <= now)),

    listConversationsToIndex: (after, limit) =>
      read((tx) => {
        const behind = tx
          .of(conversations)
          .all()
          .filter(({ clientId, id, lastSequence }) => {
            const upTo = tx.of(conversationSearch).get(ownedKey(clientId, id))?.upToSequence;
            return upTo === undefined || upTo < lastSequence;
          });
        const inOrder = behind.sort((a, b) => compareText(placeOf(a), placeOf(b)));
        const start = after && placeOf(after);
        return inOrder.filter((row) => start === undefined || placeOf(row) > start).slice(0, limit);
      }),

    listConversationsDueToWake: (now, limit) =>
      read((tx) =>
        firstOf(tx.of(conversations).scan('snoozed', 'snoozed'), limit, ({ snoozedUntil }) => snoozedUntil! <= now),
      ),

    listUnsentAttachments: (before, limit) =>
      read((tx) => firstOf(tx.of(attachments).scan('unsent', 'unsent'), limit, ({ createdAt }) => createdAt <= before)),
  };
}

const placeOf = ({ clientId, id }: { clientId: string; id: string }) => ownedKey(clientId, id);

/** At most `limit` rows, up to the first that is not due. */
function firstOf<Row>(rows: Iterable<Row>, limit: number, isDue: (row: Row) => boolean): Row[] {
  const due: Row[] = [];
  for (const row of rows) {
    if (due.length === limit || !isDue(row)) break;
    due.push(row);
  }
  return due;
}
