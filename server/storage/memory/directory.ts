import type { DirectoryRepository } from '../repositories/directory.ts';
import type { MemContext } from './mem-context.ts';
import { apiKeys, attachments, conversations, invitations, widgets } from './mem-tables.ts';

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

    listConversationsDueToWake: (now, limit) =>
      read((tx) =>
        firstOf(tx.of(conversations).scan('snoozed', 'snoozed'), limit, ({ snoozedUntil }) => snoozedUntil! <= now),
      ),

    listUnsentAttachments: (before, limit) =>
      read((tx) => firstOf(tx.of(attachments).scan('unsent', 'unsent'), limit, ({ createdAt }) => createdAt <= before)),
  };
}

/** At most `limit` rows, up to the first that is not due. */
function firstOf<Row>(rows: Iterable<Row>, limit: number, isDue: (row: Row) => boolean): Row[] {
  const due: Row[] = [];
  for (const row of rows) {
    if (due.length === limit || !isDue(row)) break;
    due.push(row);
  }
  return due;
}
