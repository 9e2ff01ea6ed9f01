import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Answering,
  type FakeEndpoint,
  hangingUp,
  stalling,
  startFakeEndpoint,
  withJson,
} from '../testing/fake-endpoint.ts';
import { createEmbedder } from './embeddings.ts';

let endpoint: FakeEndpoint;
beforeEach(async () => {
  endpoint = await startFakeEndpoint();
});
afterEach(() => endpoint.close());

const embedder = (dimensions?: number) =>
  createEmbedder({ baseUrl: `${endpoint.origin}/v1/`, model: 'small', apiKey: 'key', dimensions, floor: 0.4 });
const retryDelaysMs = [1, 1];

/** Answers each text with its length and 4, the last first. */
const withLengths: Answering = (response, request) => {
  const data = (request.json.input as string[]).map((text, index) => ({ index, embedding: [text.length, 4] }));
  return withJson({ data: data.reverse() })(response, request);
};
const withData = (...data: unknown[]) => withJson({ data });

test('texts become vectors of length 1, in their order', async () => {
  endpoint.answerWith(withLengths);
  const vectors = await embedder().embed(['abc', '']);
  expect(vectors.map((vector) => [...vector])).toEqual([
    [Math.fround(0.6), Math.fround(0.8)],
    [0, 1],
  ]);
});

test('the endpoint is asked as OpenAI’s is', async () => {
  endpoint.answerWith(withLengths);
  await embedder(2).embed(['abc']);
  const [taken] = endpoint.taken;
  expect(taken).toMatchObject({ method: 'POST', path: '/v1/embeddings', headers: { authorization: 'Bearer key' } });
  expect(taken!.json).toEqual({ model: 'small', input: ['abc'], encoding_format: 'float', dimensions: 2 });
});

test('many texts are asked for in batches', async () => {
  endpoint.answerWith(withLengths);
  expect(await embedder().embed(Array.from({ length: 130 }, () => 'abc'))).toHaveLength(130);
  expect(endpoint.taken.map(({ json }) => json.input.length)).toEqual([64, 64, 2]);
});

test('what may pass is tried again, a few times', async () => {
  endpoint.answerWith(withJson({}, 429), hangingUp, withLengths);
  expect(await embedder().embed(['abc'], { retryDelaysMs })).toHaveLength(1);
  endpoint.answerWith(withJson({}, 503));
  await expect(embedder().embed(['abc'], { retryDelaysMs })).rejects.toThrow('It answered with status 503.');
  expect(endpoint.taken).toHaveLength(6);
});

test('what does not pass is not tried again', async () => {
  endpoint.answerWith(withJson({}, 401));
  await expect(embedder().embed(['abc'], { retryDelaysMs })).rejects.toMatchObject({ isPassing: false });
  expect(endpoint.taken).toHaveLength(1);
});

test('an endpoint that stalls is given up', async () => {
  endpoint.answerWith(stalling);
  const options = { timeoutMs: 20, retryDelaysMs: [] };
  await expect(embedder().embed(['abc'], options)).rejects.toThrow('It did not answer in time.');
});

test('whoever asked may give up', async () => {
  endpoint.answerWith(stalling);
  const controller = new AbortController();
  const asked = embedder().embed(['abc'], { signal: controller.signal });
  await endpoint.arrived(1);
  controller.abort(new Error('gone'));
  await expect(asked).rejects.toThrow('gone');
});

test.each([
  ['no JSON', (response: Parameters<Answering>[0]) => void response.end('<html>')],
  ['no list', withJson({ error: 'none' })],
  ['too few', withData({ index: 0, embedding: [1] })],
  ['one twice', withData({ index: 0, embedding: [1] }, { index: 0, embedding: [1] })],
  ['one too many', withData(...[0, 1, 2].map((index) => ({ index, embedding: [1] })))],
  ['one out of range', withData({ index: 1, embedding: [1] }, { index: 2, embedding: [1] })],
  ['different lengths', withData({ index: 0, embedding: [1] }, { index: 1, embedding: [1, 0] })],
  ['no numbers', withData({ index: 0, embedding: ['1'] }, { index: 1, embedding: [1] })],
])('an answer with %s is refused', async (_, answer) => {
  endpoint.answerWith(answer as Answering);
  await expect(embedder().embed(['abc', 'd'])).rejects.toThrow('not the vectors');
});
