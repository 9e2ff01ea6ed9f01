import { decodeTextCursor, encodeTextCursor } from '../../storage/cursor.ts';
import { InvalidCursorError } from '../../storage/errors.ts';
import type { Page } from '../../storage/storage.ts';

/**
 * A page of a list that is ordered by numbers from 1. `read` answers at most `limit` items from beyond `after`.
 * @throws InvalidCursorError
 */
export async function pageByNumber<T extends { number: number }>(
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  read: (range: { after: number; limit: number }) => Promise<T[]>,
): Promise<Page<T>> {
  const items = await read({ after: cursor === undefined ? 0 : decode(cursor), limit });
  const last = items.at(-1);
  // A full page may be the last; then the next one is empty.
  return { items, nextCursor: last && items.length === limit ? encodeTextCursor(`n.${last.number}`) : null };
}

function decode(cursor: string): number {
  const [, digits] = /^n\.([1-9]\d{0,8})$/.exec(decodeTextCursor(cursor)) ?? [];
  if (digits === undefined) throw new InvalidCursorError();
  return Number(digits);
}
