import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rateRules } from './http/rate-limits.ts';
import { projectPath } from './lib/paths.ts';
import { serviceWords } from './modules/accounts/password-policy.ts';
import { requirementNumbers, wholeChapters } from './testing/protections/asvs.ts';
import { removals } from './testing/protections/removals.ts';
import { readSecurityPage, readSecurityTable } from './testing/protections/security-table.ts';

const page = readSecurityPage();
const rows = readSecurityTable(page);

test('every row of the table says what is required, how it is met, and which test shows it', () => {
  expect(rows.length).toBeGreaterThan(80);
  for (const row of rows) for (const cell of Object.values(row)) expect([row, cell]).not.toEqual([row, '']);
});

test('every test that the table names exists and is run', () => {
  const missing = rows.filter(
    ({ file, title }) =>
      !/\.test\.tsx?$/.test(file) ||
      !existsSync(projectPath(file)) ||
      !readFileSync(projectPath(file), 'utf8').includes(`'${title}'`),
  );
  expect(missing).toEqual([]);
});

test('every requirement of the levels 1 and 2 is answered', () => {
  const cells = [...page.matchAll(/^\| (V\d[^|]*) \|/gm)].flatMap(([, cell = '']) => cell.match(/V\d+(\.\d+)*/g) ?? []);
  expect(requirementNumbers.filter((number) => !cells.includes(number))).toEqual([]);
  expect(wholeChapters.filter((chapter) => !cells.includes(chapter))).toEqual([]);
});

test('every row has a removal, and each removal still fits the sources', () => {
  const fits = (requirements: string, title: string) =>
    removals.filter((removal) => removal.requirements === requirements && removal.test === title);
  expect(rows.filter(({ requirements, title }) => fits(requirements, title).length === 0)).toEqual([]);
  expect(
    removals.filter(
      ({ requirements, test: title }) => !rows.some((row) => row.requirements === requirements && row.title === title),
    ),
  ).toEqual([]);
  const unfit = removals.filter(({ file, find, replace }) => {
    const occurrences = existsSync(projectPath(file))
      ? readFileSync(projectPath(file), 'utf8').split(find).length - 1
      : 0;
    return occurrences !== 1 || find === replace;
  });
  expect(unfit).toEqual([]);
});

test('the page names the words that say nothing in a password', () => {
  expect(page.replace(/\s+/g, ' ')).toContain(`${serviceWords.join(', ')}.`);
});

test('the limits are those that hold', () => {
  const written = [...page.matchAll(/^\| (?:a|an|all) .* \| (.*) \|$/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/[\d,]+\d/g)].map(([number]) => Number(number.replace(',', ''))),
  );
  const held = Object.values(rateRules).map(({ max }) => max);
  expect(written.sort((a, b) => a - b)).toEqual(held.sort((a, b) => a - b));
});
