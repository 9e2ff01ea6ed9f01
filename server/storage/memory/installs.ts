import type { ClientId } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import type { InstallsRepository } from '../repositories/installs.ts';
import type { MemContext } from './mem-context.ts';
import { takePage } from './mem-page.ts';
import { idOf, ownedKey } from './mem-values.ts';
import { installKey, installs } from './mem-widget-tables.ts';

export function createInstalls({ env, read, write }: MemContext, clientId: ClientId): InstallsRepository {
  return {
    note: (widgetId, origin) =>
      write((tx) => {
        const now = env.now();
        const known = tx.of(installs).get(installKey({ clientId, widgetId: idOf(widgetId), origin }));
        if (known !== undefined) return tx.of(installs).update(known, { lastSeenAt: now });
        const row = { clientId, widgetId: idOf(widgetId), origin, firstSeenAt: now, lastSeenAt: now };
        const inserted = tx.of(installs).insert(row);
        const all = [...tx.of(installs).scan('widget', ownedKey(clientId, widgetId), { descending: true })];
        tx.of(installs).remove(all.slice(limits.installsPerWidgetMax));
        return inserted;
      }),

    list: (widgetId, limit) =>
      read((tx) => {
        const rows = tx.of(installs).scan('widget', ownedKey(clientId, widgetId), { descending: true });
        return takePage(rows, limit, () => '').items;
      }),
  };
}
