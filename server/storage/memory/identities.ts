import type { ClientId } from '../../../shared/ids.ts';
import type { IdentitiesRepository } from '../repositories/identities.ts';
import type { MemContext } from './mem-context.ts';
import { idOf, ownedKey } from './mem-values.ts';
import { identities } from './mem-widget-tables.ts';

export function createIdentities({ env, read, write }: MemContext, clientId: ClientId): IdentitiesRepository {
  return {
    set: (widgetId, secret) =>
      write((tx) => {
        const fresh = { secret, createdAt: env.now(), lastFailure: null, lastFailureAt: null };
        const known = tx.of(identities).get(ownedKey(clientId, widgetId));
        if (known !== undefined) return tx.of(identities).update(known, fresh);
        return tx.of(identities).insert({ clientId, widgetId: idOf(widgetId), ...fresh });
      }),

    find: (widgetId) => read((tx) => tx.of(identities).get(ownedKey(clientId, widgetId))),

    list: () => read((tx) => [...tx.of(identities).scan('client', clientId)]),

    noteFailure: (widgetId, reason) =>
      write((tx) => {
        const known = tx.of(identities).get(ownedKey(clientId, widgetId));
        if (known !== undefined) tx.of(identities).update(known, { lastFailure: reason, lastFailureAt: env.now() });
      }),

    remove: (widgetId) =>
      write((tx) => {
        const known = tx.of(identities).get(ownedKey(clientId, widgetId));
        if (known !== undefined) tx.of(identities).remove([known]);
      }),
  };
}
