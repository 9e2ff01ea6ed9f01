import { expect, test } from 'vitest';
import { type Check, green, reasonOf, runChecks, worstOf, yellow } from './check.ts';

const check = (id: string, run: Check['run']): Check => ({ id, title: id, run });

test('every check ends in its time with a finding, whatever it does', async () => {
  let given: AbortSignal | undefined;
  const results = await runChecks(
    [
      check('hangs', (signal) => {
        given = signal;
        return new Promise(() => undefined);
      }),
      check('throws', async () => {
        throw Object.assign(new Error('No.'), { code: 'EACCES' });
      }),
      check('throws-at-once', () => {
        throw new Error('At once');
      }),
      check('is-well', async () => green('All is well.')),
    ],
    20,
  );
  expect(results.map(({ id, verdict, seen }) => [id, verdict, seen])).toEqual([
    ['hangs', 'red', 'No answer within 0.02 s.'],
    ['throws', 'red', 'It failed: No. (EACCES).'],
    ['throws-at-once', 'red', 'It failed: At once.'],
    ['is-well', 'green', 'All is well.'],
  ]);
  expect(given?.aborted).toBe(true);
});

test('all of it is as bad as its worst', () => {
  expect(worstOf([])).toBe('green');
  expect(worstOf([green('a'), yellow('b', 'c')])).toBe('yellow');
});

test('a reason is what the innermost error says', () => {
  expect(reasonOf(new TypeError('fetch failed', { cause: new Error('no such host') }))).toBe('no such host');
  expect(reasonOf(new AggregateError([new Error('one'), new Error('two')]))).toBe('one; two');
});
