import { uuidPattern } from '../../shared/ids.ts';
import { InvalidCursorError } from './errors.ts';

/** Where a page ended in a list ordered by an instant and then by id, both descending. */
export interface InstantCursor {
  at: Date;
  id: string;
}

/** Opaque text for the end of a page; a reader hands it back unchanged to get the next page. */
export function encodeInstantCursor(position: InstantCursor): string {
  return toText(`t.${position.at.getTime().toString(36)}.${position.id}`);
}

/** The end of the year 9999. Postgres does not read what JavaScript writes of later instants, nor of those before 0. */
const instantMax = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** @throws InvalidCursorError when the text was not made by `encodeInstantCursor`. */
export function decodeInstantCursor(text: string): InstantCursor {
  const [, time = '', id = ''] = /^t\.([0-9a-z]{1,12})\.([^.]*)$/.exec(fromText(text)) ?? [];
  const at = new Date(Number.parseInt(time, 36));
  if (!uuidPattern.test(id) || !(at.getTime() <= instantMax)) throw new InvalidCursorError();
  if (encodeInstantCursor({ at, id }) !== text) throw new InvalidCursorError();
  return { at, id: id.toLowerCase() };
}

/** Where a page ended in a list ordered by a number, ascending, then by an instant and by id, both descending. */
export interface OrderCursor extends InstantCursor {
  order: number;
}

/** Opaque text for the end of a page in such a list. */
export function encodeOrderCursor({ order, at, id }: OrderCursor): string {
  return toText(`o.${at.getTime().toString(36)}.${id}.${order}`);
}

/** @throws InvalidCursorError when the text was not made by `encodeOrderCursor`. */
export function decodeOrderCursor(text: string): OrderCursor {
  const [, time = '', id = '', number = ''] = /^o\.([0-9a-z]{1,12})\.([^.]*)\.(.+)$/.exec(fromText(text)) ?? [];
  const [at, order] = [new Date(Number.parseInt(time, 36)), Number(number)];
  if (!uuidPattern.test(id) || !(at.getTime() <= instantMax) || !Number.isFinite(order)) throw new InvalidCursorError();
  if (encodeOrderCursor({ order, at, id }) !== text) throw new InvalidCursorError();
  return { order, at, id: id.toLowerCase() };
}

/** Opaque text for the end of a page in a list ordered by id alone. */
export function encodeIdCursor(id: string): string {
  return toText(`i.${id}`);
}

/** @throws InvalidCursorError when the text was not made by `encodeIdCursor`. */
export function decodeIdCursor(text: string): string {
  const [, id = ''] = /^i\.([^.]*)$/.exec(fromText(text)) ?? [];
  if (!uuidPattern.test(id) || encodeIdCursor(id) !== text) throw new InvalidCursorError();
  return id.toLowerCase();
}

/** Opaque text for the end of a page in a list ordered by a text that is unique in it. */
export function encodeTextCursor(text: string): string {
  return Buffer.from(`k.${text}`, 'utf8').toString('base64url');
}

/** @throws InvalidCursorError when the text was not made by `encodeTextCursor`. */
export function decodeTextCursor(text: string): string {
  const plain = Buffer.from(text, 'base64url').toString('utf8');
  if (!plain.startsWith('k.') || encodeTextCursor(plain.slice(2)) !== text) throw new InvalidCursorError();
  return plain.slice(2);
}

const toText = (plain: string) => Buffer.from(plain, 'latin1').toString('base64url');
const fromText = (text: string) => Buffer.from(text, 'base64url').toString('latin1');
