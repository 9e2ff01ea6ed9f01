import { uuidPattern } from '../../shared/ids.ts';
import { InvalidCursorError } from './errors.ts';

/** Where a page ended in a list ordered by an instant and then by id, both descending. */
export interface InstantCursor {
  at: Date;
  id: string;
}

/** Opaque text for the end of a page; a reader hands it back unchanged to get the next page. */
export function encodeInstantCursor(position: InstantCursor): string {
  return Buffer.from(`${position.at.getTime().toString(36)}.${position.id}`).toString('base64url');
}

/** @throws InvalidCursorError when the text was not made by `encodeInstantCursor`. */
export function decodeInstantCursor(text: string): InstantCursor {
  const decoded = Buffer.from(text, 'base64url').toString('latin1');
  const [time, id, ...rest] = decoded.split('.');
  const millis = Number.parseInt(time ?? '', 36);
  if (rest.length > 0 || !id || !uuidPattern.test(id) || !(Math.abs(millis) < 8.64e15)) throw new InvalidCursorError();
  return { at: new Date(millis), id: id.toLowerCase() };
}

/** Opaque text for the end of a page in a list ordered by id alone. */
export function encodeIdCursor(id: string): string {
  return Buffer.from(`i.${id}`).toString('base64url');
}

/** @throws InvalidCursorError when the text was not made by `encodeIdCursor`. */
export function decodeIdCursor(text: string): string {
  const decoded = Buffer.from(text, 'base64url').toString('latin1');
  const id = decoded.startsWith('i.') ? decoded.slice(2) : '';
  if (!uuidPattern.test(id)) throw new InvalidCursorError();
  return id.toLowerCase();
}
