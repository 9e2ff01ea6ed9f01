import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PassageVector, packVector, textFrom } from './passage-vector.ts';

const occurrence = fc.record({
  key: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  position: fc.oneof(fc.nat(textFrom - 1), fc.integer({ min: textFrom, max: 65_535 })),
});

test('gives back every term and where it stands, from bytes at any place', () => {
  fc.assert(
    fc.property(fc.array(occurrence, { maxLength: 200 }), fc.nat(500), fc.nat(7), (occurrences, words, shift) => {
      const packed = packVector(occurrences, words, words + 1);
      const moved = new Uint8Array(packed.length + shift);
      moved.set(packed, shift);
      const vector = new PassageVector(moved.subarray(shift));
      expect([vector.titleWords, vector.textWords]).toEqual([words, words + 1]);
      const expected = new Map<number, number[]>();
      for (const { key, position } of occurrences) expected.set(key, [...(expected.get(key) ?? []), position]);
      expect(vector.size).toBe(expected.size);
      for (const [key, positions] of expected) {
        const number = vector.find(key);
        expect(vector.keyAt(number)).toBe(key);
        expect(vector.positionsAt(number)).toEqual(positions.sort((a, b) => a - b));
        const inTitle = positions.filter((position) => position < textFrom).length;
        expect(vector.countsAt(number)).toBe((inTitle << 16) | (positions.length - inTitle));
      }
    }),
  );
});

test('has no term that was not put in', () => {
  const vector = new PassageVector(packVector([{ key: 5, position: 1 }], 1, 0));
  expect([4, 6, -5, 0].map((key) => vector.find(key))).toEqual([-1, -1, -1, -1]);
  expect(new PassageVector(packVector([], 0, 0)).find(0)).toBe(-1);
});
