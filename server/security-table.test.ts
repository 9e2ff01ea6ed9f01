import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rateRules } from './http/rate-limits.ts';
import { projectPath } from './lib/paths.ts';

const page = readFileSync(projectPath('docs', 'security.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => /^\| V\d/.test(line))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()));

test('every row of the table says what is required, how it is met, and which test shows it', () => {
  expect(rows.length).toBeGreaterThan(30);
  for (const row of rows) {
    expect(row).toHaveLength(4);
    for (const cell of row) expect(cell).not.toBe('');
  }
});

test('every test that the table names exists and is run', () => {
  const missing = rows.filter(([, , , named = '']) => {
    const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(named) ?? [];
    if (!existsSync(projectPath(file))) return true;
    const source = readFileSync(projectPath(file), 'utf8');
    return !["test('", "it('"].some((start) => source.includes(`${start}${title}'`));
  });
  expect(missing).toEqual([]);
});

test('the limits are those that hold', () => {
  const written = [...page.matchAll(/^\| (?:a|an|all) .* \| (.*) \|$/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/[\d,]+\d/g)].map(([number]) => Number(number.replace(',', ''))),
  );
  const held = Object.values(rateRules).map(({ max }) => max);
  expect(written.sort((a, b) => a - b)).toEqual(held.sort((a, b) => a - b));
});
