import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AnswerProgress } from '../../shared/socket-events.ts';
import { type BuiltServer, startBuiltServer } from '../testing/built-server.ts';
import {
  chunkOf,
  eventOf,
  type FakeEndpoint,
  startFakeEndpoint,
  usageOf,
  withJson,
  withPieces,
} from '../testing/fake-endpoint.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';

const slowMs = 90_000;
const jobLeaseMs = 20_000;

let database: TestDatabase;
let model: FakeEndpoint;
let server: BuiltServer;
const dataDir = mkdtempSync(join(tmpdir(), 'confab-answers-'));

const environment = () => ({
  DATABASE_URL: database.url,
  DEMO: 'off',
  LLM_BASE_URL: `${model.origin}/v1`,
  LLM_MODEL: 'small',
  LLM_PRICE_IN: '0.15',
  LLM_PRICE_OUT: '0.6',
  // Where the workflows of this test are.
  FETCH_ALLOW_PRIVATE: '127.0.0.1',
});
const restart = async () => {
  server = await startBuiltServer({ environment: environment(), dataDir });
};

beforeAll(async () => {
  database = await createTestDatabase();
  model = await startFakeEndpoint(withPieces(['Nine to five.']));
  await restart();
});
afterEach(() => model.answerWith(withPieces(['Nine to five.'])));
afterAll(async () => {
  await server.stop();
  await model.close();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function call(method: string, path: string, who: { cookie?: string; token?: string } = {}, body?: unknown) {
  const response = await fetch(server.origin + path, {
    method,
    headers: {
      ...(who.cookie ? { Cookie: who.cookie } : {}),
      ...(who.token ? { Authorization: `Bearer ${who.token}` } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.ok, `${method} ${path}: ${text}`).toBe(true);
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was answered
  const json: any = text === '' ? undefined : JSON.parse(text);
  return { json, cookie: (response.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '' };
}

let owners = 0;
async function newOwner(settings: object) {
  const person = { email: `ann${++owners}@example.com`, name: 'Ann', password: 'a long enough password' };
  const { json, cookie } = await call('POST', '/api/auth/register', {}, person);
  const clientId: string = json.memberships[0].clientId;
  const widget = (await call('POST', `/api/clients/${clientId}/widgets`, { cookie }, { name: 'Shop', ...settings }))
    .json;
  const { token } = (await call('POST', `/api/widget/${widget.publicKey}/visitor`, {}, {})).json;
  return { cookie, clientId, widgetId: widget.id as string, token: token as string };
}
type Owner = Awaited<ReturnType<typeof newOwner>>;

let asked = 0;
async function ask({ token }: Owner, content: string): Promise<{ conversationId: string; messageId: string }> {
  asked += 1;
  const message = { content, clientMessageId: `m${asked}` };
  const { json } = await call(
    'POST',
    '/api/visitor/conversations',
    { token },
    { clientConversationId: `c${asked}`, message },
  );
  return { conversationId: json.conversation.id, messageId: json.message.id };
}

const threadOf = async ({ token }: Owner, conversationId: string) =>
  (await call('GET', `/api/visitor/conversations/${conversationId}/messages`, { token })).json.items as {
    id: string;
    role: string;
    content: string;
  }[];

async function eventually<T>(look: () => Promise<T | undefined>, withinMs = 30_000): Promise<T> {
  for (const until = Date.now() + withinMs; ; ) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error('It did not come to that.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const answerIn = (owner: Owner, conversationId: string, withinMs?: number) =>
  eventually(async () => (await threadOf(owner, conversationId)).find(({ role }) => role === 'assistant'), withinMs);

async function receiptOf({ cookie, clientId }: Owner, conversationId: string, messageId: string) {
  const path = `/api/clients/${clientId}/conversations/${conversationId}/messages/${messageId}/receipt`;
  return (await call('GET', path, { cookie })).json;
}

/** Begins an answer and goes on with it when the test says so. */
function heldAnswer() {
  let goOn = () => {};
  const may = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  model.answerWith(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(eventOf(chunkOf({ content: 'Nine ' })));
    await may;
    response.write(eventOf(chunkOf({ content: 'to five.' })));
    response.write(eventOf(chunkOf({}, { finish_reason: 'stop' })));
    response.end(eventOf(usageOf(100, 10)));
  });
  return goOn;
}

describe('one question, one answer', () => {
  test('an answer of the model is stored with its receipt and its cost', { timeout: slowMs }, async () => {
    const owner = await newOwner({ engine: 'llm', engineSettings: { model: 'any' } });
    const { conversationId, messageId } = await ask(owner, 'When are you open?');
    const answer = await answerIn(owner, conversationId);
    expect(answer.content).toBe('Nine to five.');
    const receipt = await receiptOf(owner, conversationId, answer.id);
    expect(receipt).toMatchObject({
      questionMessageId: messageId,
      outcome: 'answered',
      engine: 'llm',
      model: 'fake-1',
    });
    expect(receipt.costMicros).toBe(26);
    const { json } = await call('GET', `/api/clients/${owner.clientId}/model`, owner);
    expect(json).toMatchObject({ settings: null, installationModel: 'small', usage: { tokensIn: 120, tokensOut: 12 } });
    await call('POST', `/api/visitor/conversations/${conversationId}/messages/${answer.id}/rating`, owner, {
      rating: -1,
    });
    expect((await receiptOf(owner, conversationId, answer.id)).rating).toBe(-1);
  });

  test('killed before, while and after the model answers, the visitor gets one answer', {
    timeout: slowMs * 2,
  }, async () => {
    const owner = await newOwner({ engine: 'llm', engineSettings: { model: 'any' } });

    // While it is being written, and right after the question was acknowledged.
    const goOn = heldAnswer();
    const before = model.taken.length;
    const first = await ask(owner, 'When are you open?');
    await model.arrived(before + 1);
    const second = await ask(owner, 'And on Sundays?');
    await server.stop('SIGKILL');
    goOn();
    model.answerWith(withPieces(['Nine to five.']));
    await restart();
    for (const { conversationId } of [first, second]) await answerIn(owner, conversationId, jobLeaseMs + 15_000);

    // Right after the answer was seen.
    const third = await ask(owner, 'And at night?');
    await answerIn(owner, third.conversationId);
    await server.stop('SIGKILL');
    await restart();
    // A question of its own, so that the queue has been gone through.
    const last = await ask(owner, 'Thank you for all this, and what about holidays?');
    await answerIn(owner, last.conversationId);

    for (const { conversationId, messageId } of [first, second, third, last]) {
      const thread = await threadOf(owner, conversationId);
      expect(thread.map(({ role }) => role)).toEqual(['user', 'assistant']);
      expect(await receiptOf(owner, conversationId, messageId)).toMatchObject({ answerMessageId: thread[1]?.id });
    }
  });

  test('stopped in order in the middle of an answer, it is given by the next process', {
    timeout: slowMs,
  }, async () => {
    const owner = await newOwner({ engine: 'llm', engineSettings: { model: 'any' } });
    const goOn = heldAnswer();
    const before = model.taken.length;
    const { conversationId } = await ask(owner, 'When are you open?');
    await model.arrived(before + 1);
    expect(await server.stop('SIGTERM')).toBe(0);
    goOn();
    model.answerWith(withPieces(['Nine to five.']));
    await restart();
    // Handed back, so that nobody waits for the lease.
    await answerIn(owner, conversationId, jobLeaseMs - 5_000);
    expect((await threadOf(owner, conversationId)).map(({ content }) => content)).toEqual([
      'When are you open?',
      'Nine to five.',
    ]);
  });
});

test('a visitor sees the answer being written, also one who comes in the middle', { timeout: slowMs }, async () => {
  const owner = await newOwner({ engine: 'llm', engineSettings: { model: 'any' } });
  const goOn = heldAnswer();
  const { conversationId, messageId } = await ask(owner, 'When are you open?');
  const socket = io(server.origin, { auth: { token: owner.token }, transports: ['websocket'] });
  const steps: AnswerProgress[] = [];
  socket.on('answer:progress', (step: AnswerProgress) => steps.push(step));
  try {
    const watch = () => socket.emitWithAck('conversation:watch', { conversationId });
    const draft = await eventually(async () => {
      const ack = await watch();
      return ack.value.answer?.phase === 'writing' ? (ack.value.answer as AnswerProgress) : undefined;
    });
    expect(draft).toEqual({ conversationId, questionMessageId: messageId, phase: 'writing', offset: 0, text: 'Nine ' });
    const ended = new Promise<{ message: { content: string } }>((resolve) => socket.once('message:created', resolve));
    goOn();
    expect((await ended).message.content).toBe('Nine to five.');
    expect((await watch()).value.answer).toBeUndefined();
  } finally {
    socket.disconnect();
  }
});

test('a broken model is replaced by the documents, and then by a person', { timeout: slowMs }, async () => {
  const owner = await newOwner({ engine: 'llm', engineSettings: { model: 'any' } });
  model.answerWith((response) => void response.writeHead(401).end('{}'));
  const { conversationId } = await ask(owner, 'When are you open?');
  const { content } = await answerIn(owner, conversationId);
  expect(content).toContain('I have called a person');
  const { json } = await call('GET', `/api/clients/${owner.clientId}/conversations/${conversationId}`, owner);
  expect(json).toMatchObject({ status: 'waiting', handoff: { requestedBy: 'assistant' } });
});

test('an approved answer is what the next one who asks is told, with nothing but the documents', {
  timeout: slowMs,
}, async () => {
  const owner = await newOwner({ engine: 'knowledge' });
  const question = 'Do you repair broken teapots?';
  const first = await ask(owner, question);
  expect((await answerIn(owner, first.conversationId)).content).toContain('Shall I call a person?');
  const groups = await call('GET', `/api/clients/${owner.clientId}/answers/unanswered`, owner);
  expect(groups.json.items).toMatchObject([{ question, count: 1, questionMessageId: first.messageId }]);
  const approved = { question, answer: 'Yes, within a week.' };
  await call('POST', `/api/clients/${owner.clientId}/answers/${first.messageId}/approved`, owner, approved);
  expect((await call('GET', `/api/clients/${owner.clientId}/answers/unanswered`, owner)).json.items).toEqual([]);
  await eventually(async () => {
    const tried = { widgetId: owner.widgetId, text: question };
    const { json } = await call('POST', `/api/clients/${owner.clientId}/answers/try`, owner, tried);
    return json.outcome === 'answered' ? true : undefined;
  });
  const second = await ask(owner, 'do you repair teapots that are broken');
  const answer = await answerIn(owner, second.conversationId);
  expect(answer.content).toBe('Yes, within a week. [1]');
});

describe('a workflow', () => {
  let workflow: FakeEndpoint;
  beforeAll(async () => {
    workflow = await startFakeEndpoint();
  });
  afterAll(() => workflow.close());
  const settings = () => ({ engine: 'webhook', engineSettings: { webhookUrl: `${workflow.origin}/webhook/x/chat` } });

  test('answers what it is asked, signed, and the owner sees the call', { timeout: slowMs }, async () => {
    const owner = await newOwner(settings());
    const base = `/api/clients/${owner.clientId}/widgets/${owner.widgetId}`;
    const { secret } = (await call('POST', `${base}/webhook-secret`, owner)).json;
    workflow.answerWith(withJson({ output: 'From the workflow.' }));
    const { conversationId, messageId } = await ask(owner, 'When are you open?');
    expect((await answerIn(owner, conversationId)).content).toBe('From the workflow.');
    const { headers, text } = workflow.taken.at(-1)!;
    expect(headers['x-confab-delivery']).toBe(messageId);
    const [, seconds, signature] = /^t=(\d+),v1=(\w+)$/.exec(String(headers['x-confab-signature'])) ?? [];
    expect(signature).toBe(createHmac('sha256', secret).update(`${seconds}.${text}`).digest('hex'));
    const calls = (await call('GET', `${base}/webhook-calls`, owner)).json.items;
    expect(calls).toMatchObject([
      { id: messageId, output: 'From the workflow.', outcome: 'answered', httpStatus: 200 },
    ]);
  });

  test('that answers later through the API is not answered for', { timeout: slowMs }, async () => {
    const owner = await newOwner(settings());
    const { key } = (await call('POST', `/api/clients/${owner.clientId}/api-keys`, owner, { name: 'n8n' })).json;
    workflow.answerWith(withJson({ executionStarted: true }));
    const before = workflow.taken.length;
    const { conversationId, messageId } = await ask(owner, 'When are you open?');
    await workflow.arrived(before + 1);
    const posted = await fetch(`${server.origin}/api/v1/conversations/${conversationId}/messages`, {
      method: 'POST',
      headers: { 'x-org-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ role: 'assistant', content: 'Later.', clientMessageId: `answer-${messageId}` }),
    });
    expect(posted.status).toBe(201);
    await server.stop('SIGKILL');
    await restart();
    // A question of its own, so that the queue has been gone through.
    workflow.answerWith(withJson({ output: 'At once.' }));
    const next = await ask(owner, 'And on Sundays?');
    await answerIn(owner, next.conversationId);
    expect((await threadOf(owner, conversationId)).map(({ content }) => content)).toEqual([
      'When are you open?',
      'Later.',
    ]);
    expect(workflow.taken.length - before).toBe(2);
  });

  test('inside the network is not called unless the operator names it', { timeout: slowMs }, async () => {
    const owner = await newOwner({ engine: 'webhook', engineSettings: { webhookUrl: 'http://127.0.0.2:8099/hook' } });
    const { conversationId, messageId } = await ask(owner, 'When are you open?');
    await answerIn(owner, conversationId);
    const receipt = await receiptOf(owner, conversationId, messageId);
    expect(receipt).toMatchObject({ outcome: 'failed', steps: [{ engine: 'webhook' }, { engine: 'knowledge' }] });
    expect(receipt.steps[0].failure).toContain('private network');
  });
});
