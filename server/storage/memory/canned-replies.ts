import type { ClientId } from '../../../shared/ids.ts';
import type { CannedReply } from '../../../shared/schema.ts';
import { NotFoundError } from '../errors.ts';
import type { CannedRepliesRepository } from '../repositories/canned-replies.ts';
import { cannedReplies } from './mem-client-tables.ts';
import type { MemContext } from './mem-context.ts';
import type { MemTransaction } from './mem-database.ts';
import { ownedKey } from './mem-values.ts';

export function createCannedReplies({ env, read, write }: MemContext, clientId: ClientId): CannedRepliesRepository {
  const wanted = (tx: MemTransaction, id: string): CannedReply => {
    const reply = tx.of(cannedReplies).get(ownedKey(clientId, id));
    if (reply === undefined) throw new NotFoundError('cannedReply');
    return reply;
  };

  return {
    create: ({ shortcut, title, content }) =>
      write((tx) => {
        const now = env.now();
        const row = { clientId, id: env.newId(), shortcut, title, content, createdAt: now, updatedAt: now };
        return tx.of(cannedReplies).insert(row);
      }),

    find: (id) => read((tx) => tx.of(cannedReplies).get(ownedKey(clientId, id))),

    list: () => read((tx) => [...tx.of(cannedReplies).scan('client', clientId)]),

    update: (id, { shortcut, title, content }) =>
      write((tx) => tx.of(cannedReplies).update(wanted(tx, id), { shortcut, title, content, updatedAt: env.now() })),

    remove: (id) => write((tx) => tx.of(cannedReplies).remove([wanted(tx, id)])),
  };
}
