import { describe, expect, test } from 'vitest';
import { isFlawless, reportDelivery, type ThreadOutcome } from './delivery-report.ts';

const shown = (...contents: string[]) => contents.map((content, at) => ({ id: content, sequence: at + 1, content }));

function thread(changes: Partial<ThreadOutcome> = {}): ThreadOutcome {
  return {
    saidByVisitor: [
      { content: 'v1', acknowledged: 1 },
      { content: 'v2', acknowledged: 3 },
    ],
    saidByAgent: [{ content: 'a1', acknowledged: 2 }],
    stored: shown('v1', 'a1', 'v2'),
    shownToVisitor: shown('v1', 'a1', 'v2'),
    shownToAgent: shown('v1', 'a1', 'v2'),
    ...changes,
  };
}

describe('the report of a delivery', () => {
  test('finds nothing in a thread where all is well', () => {
    const report = reportDelivery([thread(), thread()]);
    expect(report).toEqual({
      sent: 6,
      acknowledged: 6,
      stored: 6,
      shownToVisitor: 6,
      shownToAgent: 6,
      lost: 0,
      doubled: 0,
      outOfOrder: 0,
    });
    expect(isFlawless(report)).toBe(true);
  });

  test.each([
    ['lost', 'what a screen never showed', { shownToAgent: shown('v1', 'a1') }],
    ['lost', 'what the database does not hold', { stored: shown('v1', 'a1') }],
    [
      'lost',
      'what is there under another number than acknowledged',
      { saidByAgent: [{ content: 'a1', acknowledged: 1 }] },
    ],
    ['lost', 'what was never acknowledged', { saidByAgent: [{ content: 'a1', acknowledged: undefined }] }],
    ['doubled', 'what was stored twice', { stored: shown('v1', 'a1', 'v2', 'v2') }],
    ['doubled', 'what was shown twice', { shownToVisitor: shown('v1', 'a1', 'v2', 'a1') }],
    ['outOfOrder', 'what was shown in another order than said', { shownToVisitor: shown('v2', 'a1', 'v1') }],
    [
      'outOfOrder',
      'a gap in the numbers',
      { shownToVisitor: shown('v1', 'a1', 'v2').map((m) => ({ ...m, sequence: m.sequence * 2 })) },
    ],
  ] as const)('counts as %s %s', (kind, _what, changes) => {
    const report = reportDelivery([thread(changes as Partial<ThreadOutcome>)]);
    expect(report[kind]).toBeGreaterThan(0);
    expect(isFlawless(report)).toBe(false);
  });
});
