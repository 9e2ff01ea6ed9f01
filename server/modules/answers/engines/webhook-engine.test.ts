import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WebhookCall } from '../../../../shared/schema.ts';
import { FetchError } from '../../../lib/fetch-error.ts';
import { ConflictError } from '../../../storage/errors.ts';
import type { NewWebhookCall } from '../../../storage/repositories/webhooks.ts';
import { type FakeEndpoint, hangingUp, stalling, startFakeEndpoint, withJson } from '../../../testing/fake-endpoint.ts';
import type { Fetch } from '../guarded-request.ts';
import type { Question } from './engine.ts';
import { questionOf, someId, widgetOf } from './testing.ts';
import { createWebhookEngine } from './webhook-engine.ts';

let endpoint: FakeEndpoint;
let noted: Map<string, WebhookCall>;
let secret: string | undefined;
let reach: Fetch;

beforeEach(async () => {
  endpoint = await startFakeEndpoint(withJson({ output: 'At nine.' }));
  noted = new Map();
  secret = 'whs_secret';
  reach = (url, init) => fetch(url, init);
});
afterEach(() => endpoint.close());

const at = new Date(Date.UTC(2026, 0, 15, 12));

function ask(more: Partial<Question> = {}, url = `${endpoint.origin}/webhook/x/chat?token=abc`) {
  const engine = createWebhookEngine({
    callsOf: () => ({
      find: async (id) => noted.get(id),
      async note(call: NewWebhookCall) {
        if (noted.has(call.id)) throw new ConflictError('id_taken');
        const row = { ...call, clientId: questionOf().clientId, createdAt: at };
        noted.set(call.id, row);
        return row;
      },
    }),
    secretFor: async () => secret,
    fetch: (target, init) => reach(target, init),
    now: () => at,
    newId: () => someId(900),
    times: { deadlineMs: 500, retryMs: 1 },
  });
  const widget = widgetOf({ engine: 'webhook', engineSettings: { webhookUrl: url } });
  return engine.answer(questionOf({ widget, ...more }), { text() {} }, new AbortController().signal);
}

test('the workflow is asked as n8n’s own chat asks, signed, under the id of the visitor’s message', async () => {
  const visitor = { id: someId(30), name: 'Ann', locale: 'en', pageUrl: 'https://shop.example/a' };
  await ask({ visitor });
  const { method, path, headers, text, json } = endpoint.taken[0]!;
  expect([method, path]).toEqual(['POST', '/webhook/x/chat?token=abc']);
  expect(json).toMatchObject({
    action: 'sendMessage',
    sessionId: someId(10),
    chatInput: 'When are you open?',
    metadata: { conversationId: someId(10), messageId: someId(11), page: 'https://shop.example/a', visitorName: 'Ann' },
  });
  expect(headers['x-confab-delivery']).toBe(someId(11));
  const [, seconds, signature] = /^t=(\d+),v1=(\w+)$/.exec(String(headers['x-confab-signature'])) ?? [];
  expect(Number(seconds)).toBe(at.getTime() / 1000);
  expect(signature).toBe(createHmac('sha256', 'whs_secret').update(`${seconds}.${text}`).digest('hex'));
});

test('a call is noted with what went in and out, and without the secrets of its address', async () => {
  await ask();
  expect([...noted.values()]).toMatchObject([
    {
      id: someId(11),
      url: `${endpoint.origin}/webhook/x/chat`,
      input: { chatInput: 'When are you open?' },
      output: 'At nine.',
      outcome: 'answered',
      failure: null,
      httpStatus: 200,
    },
  ]);
});

test('a call that was noted is not made again: what it said then is the answer', async () => {
  await ask();
  endpoint.answerWith(withJson({ output: 'At ten.' }));
  expect(await ask()).toMatchObject({ kind: 'answered', text: 'At nine.' });
  expect(endpoint.taken).toHaveLength(1);
});

test('a workflow that answers later is noted so', async () => {
  endpoint.answerWith(withJson({ executionStarted: true }));
  expect(await ask()).toEqual({ kind: 'later' });
  expect(noted.get(someId(11))?.outcome).toBe('later');
});

test('it is called again only while it has certainly not begun', async () => {
  endpoint.answerWith(withJson({}, 503), withJson({}, 429), withJson({ output: 'At nine.' }));
  expect(await ask()).toMatchObject({ kind: 'answered' });
  expect(endpoint.taken).toHaveLength(3);
  for (const answer of [withJson({}, 500), hangingUp, stalling, withJson({}, 302, { location: 'https://x.example' })]) {
    noted.clear();
    const before = endpoint.taken.length;
    endpoint.answerWith(answer, withJson({ output: 'Twice' }));
    expect((await ask()).kind).toBe('failed');
    expect(endpoint.taken.length - before).toBe(1);
  }
});

test('a host that cannot be reached is tried three times', async () => {
  let tries = 0;
  reach = async () => {
    tries += 1;
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) });
  };
  expect(await ask()).toMatchObject({ kind: 'failed', reason: 'The workflow’s host cannot be reached.' });
  expect(tries).toBe(3);
  expect(noted.get(someId(11))).toMatchObject({ outcome: 'failed', httpStatus: null });
});

test('an address inside the network is not called, and the owner is told why', async () => {
  reach = async () => {
    throw new FetchError('private', 'x leads into a private network.');
  };
  expect(await ask()).toMatchObject({
    kind: 'failed',
    reason: 'The workflow is not called: x leads into a private network.',
  });
});

test('without a secret the call is not signed, and a trial is not noted', async () => {
  secret = undefined;
  await ask({ isTrial: true });
  expect(endpoint.taken[0]?.headers['x-confab-signature']).toBeUndefined();
  expect(endpoint.taken[0]?.json.metadata.trial).toBe(true);
  expect(noted.size).toBe(0);
});

test('an address that is none fails with what to do', async () => {
  expect(await ask({}, ' ')).toMatchObject({ kind: 'failed', reason: expect.stringContaining('no address') });
});
