/** So many of the nearest passages are fused with those found by words. */
export const nearestMax = 100;

/**
 * Vectors of a client are compared one by one where the database cannot: no more numbers than these in all, some 1,300
 * passages of 1,536 numbers, which takes a third of a second. Beyond, a question would wait too long for what it gains.
 */
export const comparedNumbersMax = 2_000_000;

/** A passage and the cosine of the angle between what it and the question mean. */
export interface Near {
  id: string;
  cosine: number;
}

/** Rounded to six digits: as many as a `real` keeps, so that what is read back is what was written. */
export function keptVector(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => (Math.abs(value) < 1e-30 ? 0 : Number(value.toPrecision(6))));
}

/** The same direction with length 1. A vector of zeros stays as it is. */
export function normalised(values: ArrayLike<number>): Float32Array {
  const vector = Float32Array.from(values);
  let square = 0;
  for (const value of vector) square += value * value;
  if (square === 0) return vector;
  const length = Math.sqrt(square);
  return vector.map((value) => value / length);
}

/** Keeps the passages nearest to a question of all that are shown to it. */
export class Nearest {
  readonly #question: Float32Array;
  readonly #floor: number;
  #near: Near[] = [];

  constructor({ values, floor }: { values: readonly number[]; floor: number }) {
    this.#question = Float32Array.from(values);
    this.#floor = floor;
  }

  /** A vector with another number of numbers is passed over. */
  compare(id: string, values: ArrayLike<number>): void {
    const question = this.#question;
    if (values.length !== question.length) return;
    let cosine = 0;
    for (let at = 0; at < question.length; at++) cosine += question[at]! * values[at]!;
    if (cosine < this.#floor) return;
    this.#near.push({ id, cosine });
    if (this.#near.length >= 2 * nearestMax) this.#near = this.#best();
  }

  /** The nearest first, equal ones by id. */
  list(): Near[] {
    return this.#best();
  }

  #best(): Near[] {
    return this.#near.sort((a, b) => b.cosine - a.cosine || (a.id < b.id ? -1 : 1)).slice(0, nearestMax);
  }
}
