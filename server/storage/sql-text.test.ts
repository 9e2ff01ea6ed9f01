import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectPath } from '../lib/paths.ts';

/** Files that put texts of their own, such as names of columns and constants, into statements, and how often. */
const ownText: Record<string, number> = {
  'storage/database/transfer.ts': 4,
  'storage/database/outbox-sql.ts': 1,
  'storage/database/counts.ts': 1,
};

const server = projectPath('server');
const sources = readdirSync(server, { recursive: true, encoding: 'utf8' }).filter(
  (path) => /\.ts$/.test(path) && !/\.(test|suite)\.ts$|^(testing|partners|acceptance)\//.test(path),
);

test('no value that comes from outside becomes text of a statement', () => {
  const beyond = sources.filter((path) => {
    const count = readFileSync(join(server, path), 'utf8').split('sql.raw(').length - 1;
    return count > (ownText[path] ?? 0);
  });
  expect(beyond).toEqual([]);
});
