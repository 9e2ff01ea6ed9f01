import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withProgress } from './progress.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('work of less than a second prints nothing', async () => {
  const lines: string[] = [];
  const done = withProgress(
    (line) => lines.push(line),
    () => new Promise((resolve) => setTimeout(resolve, 900, 'done')),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await done).toBe('done');
  expect(lines).toEqual([]);
});

test('longer work says after a second, and then ever more rarely, what it does and how far it is', async () => {
  const lines: string[] = [];
  const done = withProgress(
    (line) => lines.push(line),
    async (progress) => {
      progress.step('checking the file');
      progress.rows('messages', 1_500);
      await new Promise((resolve) => setTimeout(resolve, 7_500));
      progress.step('storing');
      await new Promise((resolve) => setTimeout(resolve, 110_000));
    },
  );
  await vi.advanceTimersByTimeAsync(120_000);
  await done;
  expect(lines).toEqual([
    '  1 s: checking the file, 1,500 rows so far, now messages',
    '  2 s: checking the file, 1,500 rows so far, now messages',
    '  4 s: checking the file, 1,500 rows so far, now messages',
    '  8 s: storing',
    '  16 s: storing',
    '  32 s: storing',
    '  62 s: storing',
    '  92 s: storing',
  ]);
});

test('work that fails says nothing more, and why is passed on', async () => {
  const lines: string[] = [];
  const failed = withProgress(
    (line) => lines.push(line),
    () => Promise.reject(new Error('no')),
  );
  await expect(failed).rejects.toThrow('no');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(lines).toEqual([]);
});
