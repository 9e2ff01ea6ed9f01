import type { Page } from '../storage.ts';

/** A page from up to `limit + 1` rows in their order: the one too many only says that there is more. */
export function pageOf<T>(rows: T[], limit: number, cursorAfter: (last: T) => string): Page<T> {
  if (rows.length <= limit) return { items: rows, nextCursor: null };
  const items = rows.slice(0, limit);
  return { items, nextCursor: cursorAfter(items.at(-1)!) };
}
