/**
 * Texts that have been seen, at 16 to 32 bytes each: by 64 bits of a hash. That two of a hundred million are taken for
 * one is less likely than one in three thousand, and would only let a fault pass that the storage finds itself.
 */
export class KeySet {
  #slots = new Uint32Array(2 * 1024);
  #size = 0;

  add(text: string): void {
    if (2 * (this.#size + 1) > this.#slots.length / 2) this.#grow();
    const [high, low] = hashesOf(text);
    if (insert(this.#slots, high, low)) this.#size++;
  }

  has(text: string): boolean {
    const [high, low] = hashesOf(text);
    return this.#slots[slotOf(this.#slots, high, low)] !== 0;
  }

  clear(): void {
    if (this.#size === 0) return;
    this.#slots = new Uint32Array(2 * 1024);
    this.#size = 0;
  }

  #grow(): void {
    const before = this.#slots;
    const slots = new Uint32Array(before.length * 2);
    for (let at = 0; at < before.length; at += 2) {
      if (before[at] !== 0) insert(slots, before[at]!, before[at + 1]!);
    }
    this.#slots = slots;
  }
}

/** Where the hash is, or where there is room for it. */
function slotOf(slots: Uint32Array, high: number, low: number): number {
  const mask = slots.length / 2 - 1;
  let slot = low & mask;
  while (slots[slot * 2] !== 0 && (slots[slot * 2] !== high || slots[slot * 2 + 1] !== low)) slot = (slot + 1) & mask;
  return slot * 2;
}

function insert(slots: Uint32Array, high: number, low: number): boolean {
  const at = slotOf(slots, high, low);
  if (slots[at] !== 0) return false;
  slots[at] = high;
  slots[at + 1] = low;
  return true;
}

/** Two hashes of 32 bits that have nothing to do with each other; the first is never 0, which marks an empty slot. */
function hashesOf(text: string): [number, number] {
  let one = 0xdeadbeef;
  let other = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 2654435761);
    other = Math.imul(other ^ unit, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
  other = Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return [one >>> 0 || 1, other >>> 0];
}
