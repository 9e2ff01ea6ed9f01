import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aMessage } from '../../testing/builders.ts';
import { firstSequenceOf, hasGap, lastSequenceOf, threadFrom, withNewer, withOlder } from './thread.ts';

const sequences = (messages: readonly { sequence: number }[]) => messages.map((message) => message.sequence);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => aMessage(from + i));

describe('a thread', () => {
  it('shows each message once and in sequence order, however they arrive', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }).chain((count) =>
          fc.record({
            count: fc.constant(count),
            arrivals: fc.array(fc.array(fc.integer({ min: 1, max: count }), { maxLength: 5 }), { maxLength: 40 }),
          }),
        ),
        ({ count, arrivals }) => {
          let thread = threadFrom([], false);
          for (const arrival of arrivals) {
            thread = withNewer(
              thread,
              arrival.map((sequence) => aMessage(sequence)),
            );
            const shown = sequences(thread.messages);
            expect(shown).toEqual(shown.map((_, index) => index + 1));
          }
          thread = withNewer(thread, range(1, count));
          expect(sequences(thread.messages)).toEqual(sequences(range(1, count)));
          expect(hasGap(thread)).toBe(false);
        },
      ),
    );
  });

  it('holds back what comes beyond a gap until the gap is filled', () => {
    let thread = threadFrom(range(1, 3), false);
    thread = withNewer(thread, [aMessage(6)]);
    expect(sequences(thread.messages)).toEqual([1, 2, 3]);
    expect(hasGap(thread)).toBe(true);
    thread = withNewer(thread, [aMessage(5), aMessage(4)]);
    expect(sequences(thread.messages)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(hasGap(thread)).toBe(false);
  });

  it('stays the same object when nothing new arrives', () => {
    const thread = threadFrom(range(4, 6), true);
    expect(withNewer(thread, [aMessage(5), aMessage(6), aMessage(2)])).toBe(thread);
  });

  it('takes an older stretch that meets its beginning, and no other', () => {
    const thread = threadFrom(range(10, 12), true);
    const longer = withOlder(thread, range(7, 9), true);
    expect(sequences(longer.messages)).toEqual([7, 8, 9, 10, 11, 12]);
    expect(longer.hasOlder).toBe(true);
    expect(withOlder(thread, range(5, 8), true)).toBe(thread);
    expect(sequences(withOlder(longer, range(1, 6), false).messages)).toEqual(sequences(range(1, 12)));
  });

  it('learns from an empty answer that there is nothing older', () => {
    expect(withOlder(threadFrom(range(3, 4), true), [], false).hasOlder).toBe(false);
  });

  it('names its ends', () => {
    expect(lastSequenceOf(threadFrom([], false))).toBe(0);
    expect(firstSequenceOf(threadFrom([], false))).toBeNull();
    expect(lastSequenceOf(threadFrom(range(2, 5), false))).toBe(5);
    expect(firstSequenceOf(threadFrom(range(2, 5), false))).toBe(2);
  });
});
