import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEmbedder } from '../../lib/embeddings.ts';
import { type Answering, type FakeEndpoint, startFakeEndpoint, withJson } from '../../testing/fake-endpoint.ts';
import { createKnowledgeWorld, type KnowledgeWorld } from '../../testing/knowledge-world.ts';

let endpoint: FakeEndpoint;
let world: KnowledgeWorld;
beforeEach(async () => {
  endpoint = await startFakeEndpoint(withMeanings);
  const access = { baseUrl: `${endpoint.origin}/v1`, model: 'small', apiKey: '', dimensions: undefined, floor: 0.5 };
  world = await createKnowledgeWorld({ embedder: createEmbedder(access) });
});
afterEach(async () => {
  await world.stop();
  await endpoint.close();
});

/** Knows what belongs to light, and what to parcels. */
const withMeanings: Answering = (response, request) => {
  const data = (request.json.input as string[]).map((text, index) => ({
    index,
    embedding: [/lamp|illumination/i.test(text) ? 1 : 0, /parcel|consignment/i.test(text) ? 1 : 0, 0.1],
  }));
  return withJson({ data })(response, request);
};
const refusing = withJson({}, 401);

const pairs = [
  { question: 'Colours?', answer: 'The lamp is red.' },
  { question: 'Delivery?', answer: 'Parcels leave on Mondays.' },
];
const faq = { kind: 'qa', name: 'FAQ', pairs };

test('a document is found by what it means, once it has been read', async () => {
  const id = await world.add(faq);
  expect(await world.find(id)).toMatchObject({ status: 'ready', statusReason: null });
  expect(await world.ask('illumination')).toEqual([expect.stringContaining('The lamp is red.')]);
  expect(await world.ask('consignment')).toEqual([expect.stringContaining('Parcels leave')]);
  expect(await world.ask('nothing of it')).toEqual([]);
  expect(endpoint.taken[0]!.json.input).toContain('Colours?\nThe lamp is red.');
});

test('a question that the endpoint has no vector for is answered by words', async () => {
  await world.add(faq);
  endpoint.answerWith(refusing);
  expect(await world.ask('lamp')).toEqual([expect.stringContaining('The lamp is red.')]);
  expect(await world.ask('illumination')).toEqual([]);
});

test('a passage that is put right is found by what it means then, also after the document is read again', async () => {
  const documentId = await world.add(faq);
  const [hit] = (await world.call('searchKnowledge', { body: { text: 'lamp' } })).body.hits;
  const params = { chunkId: hit.chunk.id };
  await world.call('updateChunk', { params, body: { text: 'The consignment is late.' } });
  await world.work();
  expect(await world.ask('parcel')).toContainEqual('The consignment is late.');
  expect(await world.ask('illumination')).toEqual([]);
  await world.call('reindexDocument', { params: { documentId } });
  await world.work();
  expect(await world.ask('parcel')).toContainEqual('The consignment is late.');
});

test('a search says that it was by words only, and how near what it found is by its meaning', async () => {
  await world.add(faq);
  const search = async (text: string) => (await world.call('searchKnowledge', { body: { text } })).body;
  const found = await search('illumination');
  expect(found.hits[0]).toMatchObject({ matches: [], nearness: expect.closeTo(1, 1) });
  expect(found).not.toHaveProperty('note');
  endpoint.answerWith(refusing);
  const byWords = await search('lamp');
  expect(byWords.note).toMatch(/^Searched by words only: the service for meanings did not answer/);
  expect(byWords.hits[0]).not.toHaveProperty('nearness');
});

test('a document is ready though the endpoint failed, says so, and is mended by reading it again', async () => {
  endpoint.answerWith(refusing);
  const documentId = await world.add(faq);
  const { status, statusReason } = await world.find(documentId);
  expect({ status, statusReason }).toEqual({
    status: 'ready',
    statusReason: 'It is found by its words only, for the service for meanings did not answer; read it again later.',
  });
  endpoint.answerWith(withMeanings);
  expect(await world.ask('lamp')).toHaveLength(1);
  expect(await world.ask('illumination')).toEqual([]);
  await world.call('reindexDocument', { params: { documentId } });
  await world.work();
  expect(await world.find(documentId)).toMatchObject({ status: 'ready', statusReason: null });
  expect(await world.ask('illumination')).toHaveLength(1);
});
