/**
 * What ranking needs of a passage, in one run of bytes, readable in place: which terms it has, where. Little endian:
 * words of the title and of the text (counted without stop words), number of terms n, as 16 bits each, and 16 bits of
 * nothing; n term numbers of 32 bits, ascending; n + 1 offsets into the positions; the positions, 16 bits each, of a term
 * ascending. Positions in the title are below `textFrom`, those in the text begin there.
 */

/** Where the positions of the text begin. */
export const textFrom = 1024;
/** Where the heading stands as a whole; what stands farther back in a title is not kept. */
export const headingAt = textFrom - 1;
const positionMax = 0xffff;
const headerBytes = 8;

export interface Occurrence {
  key: number;
  position: number;
}

/** Packs occurrences, which may be in any order. `titleWords` and `textWords` are the lengths that ranking goes by. */
export function packVector(occurrences: Occurrence[], titleWords: number, textWords: number): Uint8Array {
  const kept = occurrences.filter(({ position }) => position <= positionMax).slice(0, positionMax);
  kept.sort((a, b) => a.key - b.key || a.position - b.position);
  const keys: number[] = [];
  const offsets: number[] = [];
  for (const [at, { key }] of kept.entries()) {
    if (keys.length > 0 && keys.at(-1) === key) continue;
    keys.push(key);
    offsets.push(at);
  }
  offsets.push(kept.length);
  const view = new DataView(new ArrayBuffer(headerBytes + keys.length * 6 + 2 + kept.length * 2));
  view.setUint16(0, Math.min(titleWords, positionMax), true);
  view.setUint16(2, Math.min(textWords, positionMax), true);
  view.setUint16(4, keys.length, true);
  let at = headerBytes;
  for (const key of keys) {
    view.setInt32(at, key, true);
    at += 4;
  }
  for (const offset of offsets) {
    view.setUint16(at, offset, true);
    at += 2;
  }
  for (const { position } of kept) {
    view.setUint16(at, position, true);
    at += 2;
  }
  return new Uint8Array(view.buffer);
}

/** A packed passage, read where it lies. */
export class PassageVector {
  readonly titleWords: number;
  readonly textWords: number;
  /** How many different terms it has. */
  readonly size: number;
  readonly #view: DataView;
  readonly #offsetsAt: number;
  readonly #positionsAt: number;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.titleWords = this.#view.getUint16(0, true);
    this.textWords = this.#view.getUint16(2, true);
    this.size = this.#view.getUint16(4, true);
    this.#offsetsAt = headerBytes + this.size * 4;
    this.#positionsAt = this.#offsetsAt + this.size * 2 + 2;
  }

  /** The number of the term within this passage, -1 when it has not got it. */
  find(key: number): number {
    let low = 0;
    let high = this.size - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#view.getInt32(headerBytes + middle * 4, true);
      if (found === key) return middle;
      if (found < key) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  keyAt(number: number): number {
    return this.#view.getInt32(headerBytes + number * 4, true);
  }

  /** Where the term stands, ascending; those in the title first, below `textFrom`. */
  positionsAt(number: number): number[] {
    const positions: number[] = [];
    const to = this.#view.getUint16(this.#offsetsAt + number * 2 + 2, true);
    for (let at = this.#view.getUint16(this.#offsetsAt + number * 2, true); at < to; at += 1) {
      positions.push(this.#view.getUint16(this.#positionsAt + at * 2, true));
    }
    return positions;
  }

  /** Whether it stands for the heading as a whole, and not for a word. */
  isHeading(number: number): boolean {
    const from = this.#view.getUint16(this.#offsetsAt + number * 2, true);
    return this.#view.getUint16(this.#positionsAt + from * 2, true) === headingAt;
  }

  /** How often it stands in the title, in the high 16 bits, and in the text, in the low ones. */
  countsAt(number: number): number {
    const from = this.#view.getUint16(this.#offsetsAt + number * 2, true);
    const to = this.#view.getUint16(this.#offsetsAt + number * 2 + 2, true);
    let inTitle = 0;
    while (from + inTitle < to && this.#view.getUint16(this.#positionsAt + (from + inTitle) * 2, true) < textFrom) {
      inTitle += 1;
    }
    return (inTitle << 16) | (to - from - inTitle);
  }
}
