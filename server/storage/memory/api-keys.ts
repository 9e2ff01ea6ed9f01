import type { ClientId } from '../../../shared/ids.ts';
import { NotFoundError } from '../errors.ts';
import type { ApiKeysRepository } from '../repositories/api-keys.ts';
import { apiKeys } from './mem-client-tables.ts';
import type { MemContext } from './mem-context.ts';
import { idOrNull, ownedKey } from './mem-values.ts';

export function createApiKeys({ env, read, write }: MemContext, clientId: ClientId): ApiKeysRepository {
  return {
    create: ({ name, prefix, keyHash, createdBy }) =>
      write((tx) =>
        tx.of(apiKeys).insert({
          clientId,
          id: env.newId(),
          name,
          prefix,
          keyHash,
          lastUsedAt: null,
          revokedAt: null,
          createdBy: idOrNull(createdBy),
          createdAt: env.now(),
        }),
      ),

    find: (id) => read((tx) => tx.of(apiKeys).get(ownedKey(clientId, id))),

    list: () => read((tx) => [...tx.of(apiKeys).scan('client', clientId, { descending: true })]),

    revoke: (id, at) =>
      write((tx) => {
        const apiKey = tx.of(apiKeys).get(ownedKey(clientId, id));
        if (apiKey === undefined) throw new NotFoundError('apiKey');
        return apiKey.revokedAt === null ? tx.of(apiKeys).update(apiKey, { revokedAt: at }) : apiKey;
      }),

    markUsed: (id, at) =>
      write((tx) => {
        const apiKey = tx.of(apiKeys).get(ownedKey(clientId, id));
        if (apiKey === undefined || (apiKey.lastUsedAt !== null && apiKey.lastUsedAt >= at)) return;
        tx.of(apiKeys).update(apiKey, { lastUsedAt: at });
      }),
  };
}
