import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRetrievalSet } from '../../cli/bench/retrieval-set.ts';
import { plantSet } from '../../cli/bench/retrieval-storages.ts';
import { projectPath } from '../../lib/paths.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { openDatabaseStorage } from '../database/database-storage.ts';
import { MemStorage } from '../memory/mem-storage.ts';
import type { PassageQuery } from '../repositories/passages.ts';
import type { ClientStorage, IStorage, StorageEnvironment } from '../storage.ts';
import { testId } from './harness.ts';
import { addDocument, publishTexts, stageTexts } from './knowledge-worlds.ts';
import { addClient } from './worlds.ts';

type Step =
  | { kind: 'add'; texts: string[] }
  | { kind: 'publish'; which: number; texts: string[]; as: 'staged' | 'otherwise' | 'published' }
  | { kind: 'stage'; which: number; texts: string[] }
  | { kind: 'remove'; which: number }
  | { kind: 'correct'; which: number; text: string }
  | { kind: 'hide'; which: number; hidden: boolean };

/** Gives the same ids again, so that what is the same in both storages is called the same. */
class Numbered implements StorageEnvironment {
  last = 0;
  now = () => new Date(Date.UTC(2026, 0, 15));
  newId = () => testId(++this.last);
}

const env = new Numbered();
let database: TestDatabase;
let storages: IStorage[];
beforeAll(async () => {
  database = await createTestDatabase();
  storages = [new MemStorage(env), await openDatabaseStorage({ url: database.url, env })];
});
afterAll(async () => {
  for (const storage of storages) await storage.close();
  await database.drop();
});

/** The same on one storage after the other, with ids that were never used before. */
let used = 0;
async function onBoth<T>(work: (storage: IStorage) => Promise<T>): Promise<T[]> {
  used += 1_000_000;
  const results: T[] = [];
  for (const storage of storages) {
    env.last = used;
    results.push(await work(storage));
  }
  return results;
}

/** In which language the chunks are indexed while they are staged, if they are; they are published with none. */
const indexedAs = { staged: { language: null }, otherwise: { language: 'de' }, published: {} };

/** What both answer alike. Sums may differ in their last digit. */
async function answer(client: ClientStorage, query: PassageQuery) {
  const { hits, ...rest } = await client.passages.search(query);
  const seen = hits.map(({ chunk, documentName, score, matches }) => ({
    chunk,
    documentName,
    score: score.toPrecision(12),
    matches: matches.map(({ term, where, weight }) => `${term} ${where} ${weight.toPrecision(12)}`),
  }));
  return { ...rest, confidence: rest.confidence.toPrecision(12), hits: seen };
}

describe('memory and Postgres rank alike', () => {
  test('the help pages, for every question', async () => {
    const set = readRetrievalSet(projectPath('server', 'cli', 'bench', 'sets', 'help-pages'));
    const [inMemory, inDatabase] = await onBoth(async (storage) => {
      const { client } = await plantSet(storage, set);
      const answers = [];
      for (const { text } of [...set.queries, ...set.unanswerable])
        answers.push(await answer(client, { text, limit: 10 }));
      return answers;
    });
    expect(inDatabase).toEqual(inMemory);
  });

  const word = fc.constantFrom(
    ...'lamp lamps lampshade chair armchair chairs red reddish the a of parcel parcels shipping shipped 退货 商品 退 batterie كتاب الكتاب'.split(
      ' ',
    ),
  );
  const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), texts: fc.array(text, { minLength: 1, maxLength: 4 }) }),
    fc.record({
      kind: fc.constant('publish' as const),
      which: fc.nat(5),
      texts: fc.array(text, { maxLength: 3 }),
      as: fc.constantFrom('staged' as const, 'otherwise' as const, 'published' as const),
    }),
    fc.record({ kind: fc.constant('stage' as const), which: fc.nat(5), texts: fc.array(text, { maxLength: 3 }) }),
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
          const [inMemory, inDatabase] = await onBoth(async (storage) => {
            const { client } = await addClient(storage);
            await play(client, steps);
            const answers = [];
            for (const question of questions) answers.push(await answer(client, { text: question, limit: 100 }));
            return answers;
          });
          expect(inDatabase).toEqual(inMemory);
        },
      ),
      { numRuns: 60 },
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
      if (one.kind === 'publish') await publishTexts(client, id, one.texts, indexedAs[one.as]);
      // It is given up by whatever comes next.
      if (one.kind === 'stage') await stageTexts(client, id, one.texts, indexedAs.staged);
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
