import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRetrievalSet } from '../../cli/bench/retrieval-set.ts';
import { plantSet } from '../../cli/bench/retrieval-storages.ts';
import { projectPath } from '../../lib/paths.ts';
import { MemStorage } from '../memory/mem-storage.ts';
import type { PassageQuery } from '../repositories/passages.ts';
import type { ClientStorage } from '../storage.ts';
import { databaseHarness } from './database-harness.ts';
import { createTestEnvironment, type StorageHarness } from './harness.ts';
import { addDocument, publishTexts } from './knowledge-worlds.ts';
import { addClient } from './worlds.ts';

type Step =
  | { kind: 'add'; texts: string[] }
  | { kind: 'publish'; which: number; texts: string[] }
  | { kind: 'remove'; which: number }
  | { kind: 'correct'; which: number; text: string }
  | { kind: 'hide'; which: number; hidden: boolean };

let database: StorageHarness;
let memory: StorageHarness;
beforeAll(async () => {
  database = await databaseHarness()();
  const env = createTestEnvironment();
  const storage = new MemStorage(env);
  memory = { storage, env, close: () => storage.close() };
});
afterAll(async () => {
  await memory.close();
  await database.close();
});

/** What both answer alike, without the ids of the chunks. */
async function answer(client: ClientStorage, query: PassageQuery) {
  const { hits, ...rest } = await client.passages.search(query);
  const seen = hits.map(({ chunk: { number, text }, documentName, score, matches }) => ({
    number,
    text,
    documentName,
    score: score.toPrecision(12),
    matches: matches.map(({ term, where }) => `${term} ${where}`),
  }));
  return { ...rest, hits: seen };
}

describe('memory and Postgres rank alike', () => {
  test('the help pages, for every question', async () => {
    const set = readRetrievalSet(projectPath('server', 'cli', 'bench', 'sets', 'help-pages'));
    const clients = await Promise.all(
      [memory, database].map(async ({ storage }) => (await plantSet(storage, set)).client),
    );
    for (const { text } of [...set.queries, ...set.unanswerable]) {
      const [inMemory, inDatabase] = await Promise.all(clients.map((client) => answer(client, { text, limit: 10 })));
      expect(inDatabase, text).toEqual(inMemory);
    }
  });

  const word = fc.constantFrom(
    ...'lamp lamps lampshade chair armchair chairs red reddish the a of parcel parcels shipping shipped 退货 商品 退 batterie كتاب الكتاب'.split(
      ' ',
    ),
  );
  const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), texts: fc.array(text, { minLength: 1, maxLength: 4 }) }),
    fc.record({ kind: fc.constant('publish' as const), which: fc.nat(5), texts: fc.array(text, { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('remove' as const), which: fc.nat(5) }),
    fc.record({ kind: fc.constant('correct' as const), which: fc.nat(5), text }),
    fc.record({ kind: fc.constant('hide' as const), which: fc.nat(5), hidden: fc.boolean() }),
  );

  test('whatever is added, replaced, put right, hidden and removed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 8 }),
        fc.array(text, { minLength: 1, maxLength: 3 }),
        async (steps, questions) => {
          const clients = await Promise.all(
            [memory, database].map(async ({ storage }) => (await addClient(storage)).client),
          );
          const answers = await Promise.all(
            clients.map(async (client) => {
              await play(client, steps);
              const all = [];
              for (const question of questions) all.push(await answer(client, { text: question, limit: 100 }));
              // Chunks of equal scores come in the order of their ids, which are those of either storage.
              return all.map(({ hits, ...rest }) => ({
                ...rest,
                hits: hits.map((hit) => JSON.stringify(hit)).sort(),
                scores: hits.map(({ score }) => score),
              }));
            }),
          );
          expect(answers[1]).toEqual(answers[0]);
        },
      ),
      { numRuns: 40 },
    );
  });

  async function play(client: ClientStorage, steps: Step[]): Promise<void> {
    const ids: string[] = [];
    for (const one of steps) {
      if (one.kind === 'add') {
        ids.push((await addDocument(client, one.texts)).document.id);
        continue;
      }
      const id = ids[one.which % Math.max(1, ids.length)];
      if (id === undefined) continue;
      if (one.kind === 'publish') await publishTexts(client, id, one.texts);
      if (one.kind === 'remove') {
        await client.documents.remove(id);
        ids.splice(ids.indexOf(id), 1);
      }
      const [chunk] = await client.chunks.list(id, { limit: 1 });
      if (chunk === undefined) continue;
      if (one.kind === 'correct') await client.chunks.update(chunk.id, { text: one.text });
      if (one.kind === 'hide') await client.chunks.update(chunk.id, { hidden: one.hidden });
    }
  }
});
