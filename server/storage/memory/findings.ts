import type { ClientId } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import type { FindingsRepository } from '../repositories/findings.ts';
import type { MemContext } from './mem-context.ts';
import { takePage } from './mem-page.ts';
import { compareText, idOf, ownedKey } from './mem-values.ts';
import { findingKey, findings } from './mem-widget-tables.ts';

export function createFindings({ env, read, write }: MemContext, clientId: ClientId): FindingsRepository {
  return {
    note: (widgetId, { origin, kind, detail }) =>
      write((tx) => {
        const now = env.now();
        const key = { clientId, widgetId: idOf(widgetId), origin, kind };
        const anew = { detail, count: 1, firstSeenAt: now, lastSeenAt: now, solvedAt: null };
        const known = tx.of(findings).get(findingKey(key));
        if (known !== undefined) {
          const again = { detail, count: known.count + 1, lastSeenAt: now };
          return tx.of(findings).update(known, known.solvedAt === null ? again : anew);
        }
        const inserted = tx.of(findings).insert({ ...key, ...anew });
        const all = [...tx.of(findings).scan('widget', ownedKey(clientId, widgetId), { descending: true })];
        tx.of(findings).remove(all.filter((one) => one.kind === kind).slice(limits.findingsPerKindMax));
        return inserted;
      }),

    solve: (widgetId, origin, kinds) =>
      write((tx) => {
        const now = env.now();
        return [...new Set(kinds)].sort(compareText).flatMap((kind) => {
          const known = tx.of(findings).get(findingKey({ clientId, widgetId: idOf(widgetId), origin, kind }));
          return known?.solvedAt === null ? [tx.of(findings).update(known, { solvedAt: now })] : [];
        });
      }),

    list: (widgetId, limit) =>
      read((tx) => {
        const rows = tx.of(findings).scan('widget', ownedKey(clientId, widgetId), { descending: true });
        return takePage(rows, limit, () => '').items;
      }),
  };
}
