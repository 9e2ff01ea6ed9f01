import { expect, test } from 'vitest';
import { judge, patternOf, type Report } from './judge.ts';

const report = (
  tests: [title: string, status: string, ...failures: string[]][],
  more: Partial<Report> = {},
): Report => ({
  hung: false,
  output: '',
  testResults: [
    { assertionResults: tests.map(([title, status, ...failureMessages]) => ({ title, status, failureMessages })) },
  ],
  ...more,
});

test('a test that failed once of several times has noticed it', () => {
  const runs = report([
    ['keeps it', 'passed'],
    ['keeps it', 'failed', 'AssertionError: expected 200 to be 401\n    at x.ts:7'],
    ['another', 'failed', 'AssertionError: not this one'],
  ]);
  expect(judge(runs, 'keeps it')).toEqual({ outcome: 'failed', why: 'AssertionError: expected 200 to be 401' });
});

test('a test that passes has not noticed it, whatever else fails', () => {
  const runs = report([
    ['keeps it', 'passed'],
    ['keeps it not', 'failed', 'AssertionError: x'],
  ]);
  expect(judge(runs, 'keeps it').outcome).toBe('passed');
});

test('an edit that does not compile, a test that never ran, and one that was not done in time say nothing', () => {
  expect(judge(report([['keeps it', 'failed', 'Error: Test timed out in 20000ms.']]), 'keeps it').outcome).toBe(
    'broken',
  );
  expect(judge(report([['keeps it', 'failed', 'ReferenceError: x is not defined']]), 'keeps it').outcome).toBe(
    'broken',
  );
  expect(judge(report([['keeps it', 'skipped']]), 'keeps it').outcome).toBe('broken');
  expect(judge(report([], { hung: true }), 'keeps it').outcome).toBe('broken');
  const unread = report([], { testResults: [{ message: 'Transform failed', assertionResults: [] }] });
  expect(judge(unread, 'keeps it')).toEqual({ outcome: 'broken', why: 'Transform failed' });
});

test('a title with places to fill stands for all that fill them, and for nothing else', () => {
  const pattern = new RegExp(`^${patternOf('%s is (not) shown')}$`);
  expect('/a.js is (not) shown').toMatch(pattern);
  expect('/a.js is not shown').not.toMatch(pattern);
});
