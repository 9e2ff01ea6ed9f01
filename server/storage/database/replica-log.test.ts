import type { Logger } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { logReplicaStates } from './replica-log.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function listen() {
  const lines: unknown[] = [];
  const note = (line: unknown) => lines.push(line);
  const log = { info: note, warn: note } as unknown as Logger;
  return { lines, say: logReplicaStates(log, () => Date.now()) };
}

test('a replica that goes is told of at once, in one line with the reason', () => {
  const { lines, say } = listen();
  say('away', 'ECONNREFUSED');
  expect(lines).toEqual([{ event: 'replica.away', reason: 'ECONNREFUSED', readsGoTo: 'primary' }]);
});

test('one that goes and comes all the time is told of once a minute, and last as it is', () => {
  const { lines, say } = listen();
  for (let second = 0; second < 90; second++) {
    say(second % 2 === 0 ? 'behind' : 'up', 'late');
    vi.advanceTimersByTime(1_000);
  }
  vi.advanceTimersByTime(120_000);
  expect(lines).toEqual([{ event: 'replica.behind', reason: 'late', readsGoTo: 'primary' }, { event: 'replica.up' }]);
});
