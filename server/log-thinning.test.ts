import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createLogThinning } from './log-thinning.ts';
import { StorageUnavailableError } from './storage/errors.ts';

function openLog() {
  const clock = { ms: 0 };
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const log = pino({ base: null, hooks: createLogThinning(() => clock.ms) }, destination);
  return { log, lines, clock };
}

test('says once a second that storage is away, with how many were refused and without a stack', () => {
  const { log, lines, clock } = openLog();
  const err = new StorageUnavailableError(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
  for (let n = 0; n < 1_000; n++) log.error({ event: 'request.failed', requestId: String(n), err });
  clock.ms = 1_000;
  log.warn({ event: 'jobs.claim-failed', err });
  expect(lines).toEqual([
    expect.objectContaining({ event: 'storage.away', first: 'request.failed', refused: 1, reason: 'ECONNREFUSED' }),
    expect.objectContaining({ event: 'storage.away', first: 'jobs.claim-failed', refused: 1_000 }),
  ]);
  expect(JSON.stringify(lines)).not.toContain('stack');
});

test('logs whatever fails for another reason as it is', () => {
  const { log, lines } = openLog();
  for (let n = 0; n < 2; n++) log.error({ event: 'request.failed', err: new Error('Other') });
  log.warn('Words alone');
  expect(lines).toMatchObject([{ event: 'request.failed' }, { event: 'request.failed' }, { msg: 'Words alone' }]);
});
