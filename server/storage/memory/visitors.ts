import type { ClientId } from '../../../shared/ids.ts';
import type { VisitorsRepository } from '../repositories/visitors.ts';
import type { MemContext } from './mem-context.ts';
import { visitors } from './mem-conversation-tables.ts';
import { clientMadeKey } from './mem-table-parts.ts';
import { idOf, ownedKey } from './mem-values.ts';

export function createVisitors({ env, read, write }: MemContext, clientId: ClientId): VisitorsRepository {
  return {
    see: ({ id, widgetId, externalId, name, email, info, locale, pageUrl, userAgent }) =>
      write((tx) => {
        const now = env.now();
        const known = tx.of(visitors).get(ownedKey(clientId, id));
        if (known !== undefined) {
          const changes = { externalId, name, email, info, locale, pageUrl, userAgent, lastSeenAt: now };
          return tx.of(visitors).update(known, changes);
        }
        return tx.of(visitors).insert({
          clientId,
          id: idOf(id),
          widgetId: idOf(widgetId),
          externalId: externalId ?? null,
          name: name ?? null,
          email: email ?? null,
          info: info ?? {},
          locale: locale ?? null,
          pageUrl: pageUrl ?? null,
          userAgent: userAgent ?? null,
          createdAt: now,
          lastSeenAt: now,
        });
      }),

    update: (id, { name, email, info, locale, pageUrl, userAgent }) =>
      write((tx) => {
        const known = tx.of(visitors).get(ownedKey(clientId, id));
        if (known === undefined) return undefined;
        return tx.of(visitors).update(known, { name, email, info, locale, pageUrl, userAgent, lastSeenAt: env.now() });
      }),

    findByExternalId: (widgetId, externalId) =>
      read((tx) => tx.of(visitors).findBy('external', clientMadeKey(clientId, idOf(widgetId), externalId))),

    namesOf: (ids) =>
      read((tx) => {
        const keys = [...new Set(ids.map((id) => ownedKey(clientId, id)))];
        const known = keys.flatMap((key) => tx.of(visitors).get(key) ?? []);
        return known.map(({ id, name, email }) => ({ id, name, email }));
      }),

    find: (id) => read((tx) => tx.of(visitors).get(ownedKey(clientId, id))),
  };
}
