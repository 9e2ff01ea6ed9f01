import type { DirectoryRepository } from '../repositories/directory.ts';
import type { MemContext } from './mem-context.ts';
import { apiKeys, conversations, invitations, widgets } from './mem-tables.ts';

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
      read((tx) => {
        const due = [];
        for (const widget of tx.of(widgets).scan('due', 'due')) {
          if (due.length === limit || widget.activateAt! > now) break;
          due.push(widget);
        }
        return due;
      }),

    listConversationsDueToWake: (now, limit) =>
      read((tx) => {
        const due = [];
        for (const conversation of tx.of(conversations).scan('snoozed', 'snoozed')) {
          if (due.length === limit || conversation.snoozedUntil! > now) break;
          due.push(conversation);
        }
        return due;
      }),
  };
}
