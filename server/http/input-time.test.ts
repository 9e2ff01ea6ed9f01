import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { projectPath } from '../lib/paths.ts';

/** As much of a zod schema as is walked here. */
interface Schema {
  _zod: { def: Record<string, unknown> & { type: string } };
  safeParse(value: unknown): unknown;
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && '_zod' in value && 'safeParse' in value;

/** Every schema inside, with where it stands. */
function schemasIn(value: unknown, path: string, seen = new Set<unknown>()): [string, Schema][] {
  if (!isSchema(value)) {
    if (typeof value !== 'object' || value === null || seen.has(value)) return [];
    seen.add(value);
    return Object.entries(value).flatMap(([name, one]) => schemasIn(one, `${path}/${name}`, seen));
  }
  if (seen.has(value)) return [];
  seen.add(value);
  // What is checked beyond the form is run with the schema it belongs to.
  const { checks: _, ...inner } = value._zod.def;
  return [[path, value], ...schemasIn(inner, path, seen)];
}

const chars = 60_000;
const filled = (piece: string) => piece.repeat(chars / piece.length);

/** Each has a pattern that is nearly met go back and forth, should it be one that does. */
const longTexts = [
  ...['a', '1', '.', '-', ' ', '%', '/', 'a.', 'a-', 'a:', '*.', '[::', '=,', ',a='].map(
    (piece) => `${filled(piece)}!`,
  ),
  `a@${filled('.')}@`,
  `http://${filled('a.')}!`,
  `https://a${filled('%41')}@`,
  `2026-11-21T00:00:00.${filled('1')}x`,
];

/** What is judged in one pass over these texts takes some ten milliseconds; with a pattern that goes back, seconds. */
const msMax = 700;

test('no text that is sent takes more than a moment to be judged, however long it is', async () => {
  const folder = projectPath('shared', 'contracts');
  const seen = new Set<unknown>();
  let judged = 0;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts'))) {
    const contract = (await import(`${folder}/${file}`)) as Record<string, unknown>;
    for (const [path, schema] of schemasIn(contract, file, seen)) {
      judged += 1;
      for (const long of longTexts) {
        const startedAt = performance.now();
        schema.safeParse(long);
        expect(performance.now() - startedAt, `${path}: ${long.slice(0, 20)}…`).toBeLessThan(msMax);
      }
    }
  }
  expect(judged).toBeGreaterThan(500);
}, 60_000);
