import { afterAll, beforeAll, expect, test } from 'vitest';
import { openInMemory, openPlantedWorld, type PlantedWorld } from '../../testing/planted-world.ts';

let world: PlantedWorld;
// biome-ignore lint/suspicious/noExplicitAny: a document that is looked into
let document: any;

beforeAll(async () => {
  world = await openPlantedWorld(openInMemory);
  document = (await world.send({ path: '/openapi.json' })).json;
});
afterAll(() => world.close());

interface Operation {
  operationId: string;
  parameters: { name: string; in: string }[];
}

function operations(): [path: string, operation: Operation][] {
  return Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.values(methods).map((operation): [string, Operation] => [path, operation]),
  );
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = '$ref' in value ? [String(value.$ref)] : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}

test('every route is in the document, on each of its paths, under a name of its own', () => {
  const paths = world.app.routes.flatMap(({ endpoint }) => [endpoint.path, ...(endpoint.alsoAt ?? [])]);
  expect(operations()).toHaveLength(paths.length);
  const names = operations().map(([, { operationId }]) => operationId);
  expect(new Set(names).size).toBe(names.length);
});

test('every reference leads somewhere inside the document', () => {
  const references = referencesIn(document);
  expect(references.length).toBeGreaterThan(0);
  for (const reference of new Set(references)) {
    const [root, ...parts] = reference.split('/');
    expect(root).toBe('#');
    expect(parts.reduce((at, part) => at?.[part], document)).toBeTypeOf('object');
  }
});

test('the parameters of every path are described', () => {
  for (const [path, { parameters }] of operations()) {
    const described = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
    expect([path, described.sort()]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()]);
  }
});
