import type { Page } from '../storage.ts';

/** The first `limit` rows, and the cursor of the last of them when there are more. Reads no further than it must. */
export function takePage<Row>(rows: Iterable<Row>, limit: number, cursorOf: (last: Row) => string): Page<Row> {
  const items: Row[] = [];
  for (const row of rows) {
    if (items.length === limit) return { items, nextCursor: cursorOf(items[limit - 1]!) };
    items.push(row);
  }
  return { items, nextCursor: null };
}
