import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { projectPath } from './lib/paths.ts';
import { allowedLicences, licencesOf, licencesPage } from './supply/licences.ts';

test('every package that runs in production is listed as it is, and has a licence that is allowed', () => {
  expect(licencesOf().filter(({ licence }) => !allowedLicences.includes(licence))).toEqual([]);
  // Not current? Run npm run licences.
  expect(readFileSync(projectPath('docs', 'licences.md'), 'utf8')).toBe(licencesPage());
});
