import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

const namesIn = (folder: string, suffix: string) =>
  readdirSync(new URL(`../${folder}/`, import.meta.url))
    .filter((file) => file.endsWith(suffix) && !file.endsWith(`.test${suffix}`))
    .map((file) => file.slice(0, -suffix.length));

const entities = namesIn('repositories', '.ts').sort();

/** Suites of what no single repository promises. */
const overarching = ['concurrency', 'isolation', 'lifetime', 'transactions'];

test('every repository has its file in memory, in the database and in the conformance suite', () => {
  expect(entities.length).toBeGreaterThan(10);
  expect(namesIn('memory', '.ts')).toEqual(expect.arrayContaining(entities));
  expect(namesIn('database', '.ts')).toEqual(expect.arrayContaining(entities));
  expect(namesIn('conformance', '.suite.ts')).toEqual(expect.arrayContaining(entities));
});

test('memory and the conformance suite know no entity that has no repository', () => {
  const inMemory = namesIn('memory', '.ts').filter((name) => !/^(mem-|state-)/.test(name));
  expect(inMemory.sort()).toEqual(entities);
  const proven = namesIn('conformance', '.suite.ts').filter((name) => !overarching.includes(name));
  expect(proven.sort()).toEqual(entities);
});
