import { decodeInstantCursor, encodeInstantCursor } from '../storage/cursor.ts';
import type { Page } from '../storage/storage.ts';

interface Position {
  at: Date;
  id: string;
}

/**
 * A page of a list that is small enough to be read whole (members, widgets, keys) and ordered by an instant, then by
 * id. The cursor names the last item given out; the next page starts behind its place, also when it is gone by then.
 * @throws InvalidCursorError
 */
export function paginate<T>(
  items: T[],
  request: { limit: number; cursor?: string | undefined },
  order: { direction: 'ascending' | 'descending'; positionOf: (item: T) => Position },
): Page<T> {
  const { direction, positionOf } = order;
  const after = request.cursor === undefined ? undefined : decodeInstantCursor(request.cursor);
  const rest = after === undefined ? items : items.filter((item) => isBehind(positionOf(item), after, direction));
  const page = rest.slice(0, request.limit);
  const last = page.at(-1);
  return { items: page, nextCursor: last && rest.length > page.length ? encodeInstantCursor(positionOf(last)) : null };
}

function isBehind(place: Position, cursor: Position, direction: 'ascending' | 'descending'): boolean {
  const byTime = place.at.getTime() - cursor.at.getTime();
  const difference = byTime !== 0 ? byTime : place.id < cursor.id ? -1 : place.id > cursor.id ? 1 : 0;
  return direction === 'ascending' ? difference > 0 : difference < 0;
}
