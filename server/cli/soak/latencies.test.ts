import { expect, test } from 'vitest';
import { ThreadView } from '../e2e/thread-view.ts';
import { acknowledgements, byCalmness, deliveries, missedIn, quantiles } from './latencies.ts';

test('what was waited for is near a fault when any of the waiting was', () => {
  const faults = [{ fromMs: 1_000, untilMs: 2_000 }];
  const waits = [
    { atMs: 100, ms: 10 },
    { atMs: 900, ms: 200 },
    { atMs: 1_500, ms: 30 },
    { atMs: 2_000, ms: 40 },
  ];
  const { atRest, nearFault } = byCalmness(waits, faults);
  expect(atRest).toEqual({ count: 2, p50Ms: 40, p99Ms: 40, maxMs: 40 });
  expect(nearFault).toEqual({ count: 2, p50Ms: 200, p99Ms: 200, maxMs: 200 });
});

test('what a fault kept from somebody is counted from when what was broken is back', () => {
  const faults = [{ fromMs: 1_000, backAtMs: 3_000, untilMs: 5_000 }];
  const waits = [
    { atMs: 100, ms: 10 },
    { atMs: 900, ms: 2_600 },
    { atMs: 1_500, ms: 30 },
    { atMs: 3_200, ms: 40 },
    { atMs: 5_000, ms: 50 },
  ];
  expect(missedIn(waits, faults)).toEqual([
    { atMs: 3_000, ms: 500 },
    { atMs: 3_000, ms: 0 },
    { atMs: 3_200, ms: 40 },
  ]);
});

test('of nothing all quantiles are 0', () => {
  expect(quantiles([])).toEqual({ count: 0, p50Ms: 0, p99Ms: 0, maxMs: 0 });
});

test('what was never acknowledged has waited for nothing that could be told', () => {
  const said = [
    { content: 'a', acknowledged: 1, tookMs: 20, acknowledgedAtMs: 120 },
    { content: 'b', acknowledged: undefined },
  ];
  expect(acknowledgements(said)).toEqual([{ atMs: 100, ms: 20 }]);
});

test('what was shown before its sender knew has waited for nothing', () => {
  const view = new ThreadView(async () => ({ items: [], hasMore: false }));
  view.hear({ id: 'x', sequence: 1, content: 'a' });
  const shownAtMs = view.shownAtMs.get(1) ?? Number.NaN;
  const said = [{ content: 'a', acknowledged: 1, tookMs: 1, acknowledgedAtMs: shownAtMs + 5 }];
  expect(deliveries(said, view)).toEqual([{ atMs: shownAtMs + 5, ms: 0 }]);
  expect(deliveries([{ ...said[0]!, acknowledgedAtMs: shownAtMs - 5 }], view)).toEqual([
    { atMs: shownAtMs - 5, ms: 5 },
  ]);
});
