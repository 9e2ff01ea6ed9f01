import { InvalidCursorError } from '../../storage/errors.ts';

/** Opaque text for the end of a page in a list of messages. */
export function encodeSequenceCursor(sequence: number): string {
  return Buffer.from(`s.${sequence}`, 'latin1').toString('base64url');
}

/** @throws InvalidCursorError when the text was not made by `encodeSequenceCursor` */
export function decodeSequenceCursor(text: string): number {
  const [, digits = ''] = /^s\.(\d{1,10})$/.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  const sequence = Number(digits);
  if (digits === '' || encodeSequenceCursor(sequence) !== text) throw new InvalidCursorError();
  return sequence;
}
