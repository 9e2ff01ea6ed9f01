import { expect, test } from 'vitest';
import type { ClientId } from '../../shared/ids.ts';
import type { Conversation } from '../../shared/schema.ts';
import type { IStorage } from '../storage/storage.ts';
import { ConversationLookup, lookupIdsMax } from './conversation-lookup.ts';

/** A storage that has every id that does not begin with "no", and answers when it is told to. */
function slowStorage() {
  const questions: { clientId: string; ids: readonly string[]; answer(): void; fail(): void }[] = [];
  const ask = (clientId: string, ids: readonly string[]) =>
    new Promise<Conversation[]>((resolve, reject) => {
      const there = ids.filter((id) => !id.startsWith('no')).map((id) => ({ id, clientId }) as Conversation);
      questions.push({ clientId, ids, answer: () => resolve(there), fail: () => reject(new Error('away')) });
    });
  const forClient = (clientId: string) => ({
    conversations: {
      find: async (id: string) => (await ask(clientId, [id]))[0],
      findAll: (ids: readonly string[]) => ask(clientId, ids),
    },
  });
  return { questions, storage: { forClient } as unknown as IStorage };
}

const [acme, other] = ['acme', 'other'] as ClientId[] as [ClientId, ClientId];
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('asks at once for what is asked for alone', async () => {
  const { questions, storage } = slowStorage();
  const found = new ConversationLookup(storage).find(acme, 'a');
  questions[0]!.answer();
  expect(await found).toMatchObject({ id: 'a', clientId: acme });
  expect(questions.map(({ ids }) => ids)).toEqual([['a']]);
});

test('asks together, and for each client apart, for what collects while storage is busy', async () => {
  const { questions, storage } = slowStorage();
  const lookup = new ConversationLookup(storage);
  const ids = Array.from({ length: lookupIdsMax + 3 }, (_, n) => `c${n}`);
  const all = ['a', 'b', ...ids, 'none'].map((id) => lookup.find(acme, id));
  const foreign = lookup.find(other, 'a');
  expect(questions.map((question) => question.ids)).toEqual([['a'], ['b']]);
  for (let n = 0; n < questions.length; n++) {
    questions[n]!.answer();
    await turn();
  }
  expect(questions.slice(2).map(({ clientId, ids: { length } }) => [clientId, length])).toEqual([
    [acme, lookupIdsMax],
    [other, 1],
    [acme, 4],
  ]);
  expect((await Promise.all(all)).map((found) => found?.id)).toEqual(['a', 'b', ...ids, undefined]);
  expect(await foreign).toMatchObject({ id: 'a', clientId: other });
});

test('tells everybody who asked when storage fails, and goes on', async () => {
  const { questions, storage } = slowStorage();
  const lookup = new ConversationLookup(storage);
  const outcomes = Promise.allSettled(['a', 'b', 'c', 'd'].map((id) => lookup.find(acme, id)));
  for (let n = 0; n < questions.length; n++) {
    questions[n]!.fail();
    await turn();
  }
  expect((await outcomes).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
  const found = lookup.find(acme, 'e');
  questions.at(-1)!.answer();
  expect(await found).toMatchObject({ id: 'e' });
});

test('finds by an id in upper case among others', async () => {
  const { questions, storage } = slowStorage();
  const lookup = new ConversationLookup(storage);
  void lookup.find(acme, 'x');
  void lookup.find(acme, 'y');
  const found = [lookup.find(acme, 'AB'), lookup.find(acme, 'ab')];
  questions[0]!.answer();
  await turn();
  const { ids, answer } = questions[2]!;
  expect(ids).toEqual(['AB', 'ab']);
  answer();
  // The storage of this test knows no letter case.
  expect((await Promise.all(found)).map((one) => one?.id)).toEqual(['ab', 'ab']);
});
