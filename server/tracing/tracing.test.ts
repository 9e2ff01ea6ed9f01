import { afterEach, describe, expect, test } from 'vitest';
import { createJobHandlers } from '../jobs/handlers.ts';
import { startJobRunner } from '../jobs/runner.ts';
import { systemEnvironment } from '../lib/clock-and-ids.ts';
import { createSealing } from '../lib/sealing.ts';
import { createLogger } from '../logger.ts';
import { startDeliveryWorker } from '../modules/webhooks/delivery-worker.ts';
import { newOutgoingSecret, outgoingSecretContext } from '../modules/webhooks/outgoing-secret.ts';
import { addClient, addWidget, strangeId } from '../storage/conformance/worlds.ts';
import { openDatabaseStorage } from '../storage/database/database-storage.ts';
import { startFakeEndpoint, withJson } from '../testing/fake-endpoint.ts';
import { createOperatorWorld } from '../testing/operator-world.ts';
import { createTestDatabase } from '../testing/postgres.ts';
import { createRouteWorld } from '../testing/route-world.ts';
import { createOtlpTracer } from './otlp-tracer.ts';
import { describeStatement } from './traced-statements.ts';
import { currentSpan, openSpan, startTracing, stopTracing, traced } from './tracing.ts';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  await stopTracing();
  for (const close of opened.splice(0).reverse()) await close();
});

interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: { key: string; value: Record<string, unknown> }[];
  status: { code: number; message?: string };
}

/** A collector that takes everything, and tracing that sends to it. */
async function collect(share = 1) {
  const collector = await startFakeEndpoint(withJson({}));
  opened.push(() => collector.close());
  const settings = {
    endpoint: `${collector.origin}/`,
    headers: { authorization: 'Bearer c-1' },
    serviceName: 'confab-test',
  };
  startTracing(await createOtlpTracer({ ...settings, share }));
  return {
    collector,
    /** Ends tracing; answers all spans. */
    async spans(): Promise<SentSpan[]> {
      await stopTracing();
      return collector.taken.flatMap(({ json }) =>
        json.resourceSpans.flatMap((resource: { scopeSpans: { spans: SentSpan[] }[] }) =>
          resource.scopeSpans.flatMap(({ spans }) => spans),
        ),
      );
    },
  };
}

const attributesOf = ({ attributes }: SentSpan) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
const callerTrace = 'a'.repeat(32);
const traceparent = `00-${callerTrace}-${'b'.repeat(16)}-01`;
const start = { name: 'work', kind: 'internal' as const, attributes: {} };

test('a visitor’s question is one trace, from the request through the job to the workflow, which is told of it', async () => {
  const { collector, spans } = await collect();
  const workflow = await startFakeEndpoint(withJson({ output: 'At nine.' }));
  opened.push(() => workflow.close());
  const database = await createTestDatabase();
  opened.push(() => database.drop());
  const storage = await openDatabaseStorage({ url: database.url, env: systemEnvironment });
  const world = await createOperatorWorld({
    deps: { storage },
    config: { fetchAllowPrivate: ['127.0.0.1'], trustProxyHops: 1 },
  });
  opened.push(() => world.close());
  const { client } = await addClient(storage);
  const webhookUrl = `${workflow.origin}/webhook/x?token=of-the-owner`;
  const { publicKey } = await addWidget(client, {
    engine: 'webhook',
    engineSettings: { webhookUrl },
    status: 'active',
  });
  const runner = startJobRunner(world.deps, createJobHandlers(world.deps));
  opened.push(() => runner.stop());

  const send = async (path: string, body: unknown, headers: Record<string, string>) => {
    const response = await fetch(`${world.origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9', ...headers },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { token: string };
  };
  const { token } = await send(`/api/widget/${publicKey}/visitor`, {}, {});
  await send(
    '/api/visitor/conversations',
    { clientConversationId: 'one', message: { content: 'When are you open, says Ann?', clientMessageId: 'first' } },
    { authorization: `Bearer ${token}`, traceparent },
  );
  await workflow.arrived(1);
  await runner.idle();
  await runner.stop();

  const all = await spans();
  const ours = all.filter(({ traceId }) => traceId === callerTrace);
  const find = (name: string) => ours.find((span) => span.name === name)!;
  const request = find('POST /api/visitor/conversations');
  expect(request).toMatchObject({ parentSpanId: 'b'.repeat(16), kind: 2 });
  expect(attributesOf(request)).toMatchObject({
    'http.route': '/api/visitor/conversations',
    'http.response.status_code': 201,
    'confab.client_id': client.clientId,
    'confab.request_id': expect.any(String),
  });
  const job = find('job answer');
  expect(job).toMatchObject({ parentSpanId: request.spanId, kind: 5 });
  expect(attributesOf(job)).toMatchObject({ 'confab.outcome': 'done', 'confab.attempt': 1 });
  const engine = find('engine webhook');
  expect(engine.parentSpanId).toBe(job.spanId);
  const call = find('POST');
  expect(call).toMatchObject({ parentSpanId: engine.spanId, kind: 3 });
  expect(workflow.taken[0]!.headers.traceparent).toBe(`00-${callerTrace}-${call.spanId}-01`);
  const statements = ours.filter((span) => attributesOf(span)['db.system.name'] === 'postgresql');
  expect(statements.length).toBeGreaterThan(5);
  expect(statements.map(({ name }) => name)).toContainEqual(expect.stringMatching(/^(confab_|select )/));
  expect(statements.some(({ parentSpanId }) => parentSpanId === request.spanId)).toBe(true);

  const sent = collector.taken.map(({ text }) => text).join('\n');
  expect(sent).toContain('confab-test');
  for (const secret of ['Ann', 'At nine', token, '203.0.113', 'of-the-owner', 'where ', '$1']) {
    expect(sent).not.toContain(secret);
  }
  expect(collector.taken[0]).toMatchObject({ path: '/v1/traces', headers: { authorization: 'Bearer c-1' } });
});

test('an outgoing webhook’s delivery tells its receiver of the trace it is in, and of none where nothing is traced', async () => {
  const receiver = await startFakeEndpoint(withJson({}));
  opened.push(() => receiver.close());
  const { deps } = await createRouteWorld();
  const { client } = await addClient(deps.storage);
  const id = strangeId();
  const context = outgoingSecretContext({ clientId: client.clientId, id });
  const sealedSecret = createSealing(deps.secrets.sealingKeys).seal(newOutgoingSecret(), context);
  const url = `${receiver.origin}/hook?token=of-the-owner`;
  await client.outgoingWebhooks.create({ id, url, description: '', events: ['message.created'], sealedSecret });
  const config = { ...deps.config, fetchAllowPrivate: ['127.0.0.1'] };
  const worker = startDeliveryWorker({ ...deps, config }, { pollMs: 60_000 });
  opened.push(() => worker.stop());
  const send = async () => {
    await client.outgoingWebhooks.enqueue(id, { event: 'webhook.test', payload: { text: 'Said by Ann' } });
    await worker.idle();
    return receiver.taken.at(-1)!.headers;
  };

  expect(await send()).not.toHaveProperty('traceparent');
  const { collector, spans } = await collect();
  const headers = await send();
  const delivery = (await spans()).find(({ name }) => name === 'webhook delivery')!;
  expect(headers.traceparent).toMatch(new RegExp(`^00-${delivery.traceId}-[0-9a-f]{16}-01$`));
  expect(delivery).toMatchObject({ kind: 3 });
  expect(delivery.parentSpanId ?? '').toBe('');
  expect(attributesOf(delivery)).toMatchObject({ 'confab.webhook_id': id, 'http.response.status_code': 200 });
  const sent = collector.taken.map(({ text }) => text).join('\n');
  for (const secret of ['of-the-owner', 'Ann', 'whsec_', receiver.origin]) expect(sent).not.toContain(secret);
});

test('work that throws is told by the name of what it threw, never by its words', async () => {
  const { spans } = await collect();
  const work = traced(start, async () => {
    throw new TypeError('With a secret in it');
  });
  await expect(work).rejects.toThrow('With a secret in it');
  const [span] = await spans();
  expect(span!.status).toEqual({ code: 2, message: 'TypeError' });
});

test('log lines of traced work carry its ids', async () => {
  await collect();
  const lines: string[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(line) });
  await traced({ ...start, traceparent }, async () => log.info({ event: 'inside' }));
  log.info({ event: 'outside' });
  const [inside, outside] = lines.map((line) => JSON.parse(line));
  expect(inside).toMatchObject({ traceId: callerTrace, spanId: expect.stringMatching(/^[0-9a-f]{16}$/) });
  expect(outside).not.toHaveProperty('traceId');
});

test('a share of none is sent for nobody, whatever the caller asks for, and a malformed traceparent begins a new trace', async () => {
  const { spans } = await collect(0);
  await traced({ ...start, traceparent }, async () => {
    expect(currentSpan()?.traceparent).toMatch(/-00$/);
  });
  for (const malformed of ['', 'x', `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`, `${traceparent}-more`]) {
    await traced({ ...start, traceparent: malformed }, async () => {
      expect(currentSpan()?.traceId).not.toBe(callerTrace);
    });
  }
  expect(await spans()).toEqual([]);
});

test('a collector that is away holds nothing up, and its spans are dropped', async () => {
  const { collector } = await collect();
  await collector.close();
  await expect(traced(start, async () => 'done')).resolves.toBe('done');
  const startedAt = performance.now();
  await stopTracing();
  expect(performance.now() - startedAt).toBeLessThan(4_000);
});

test('without a collector nothing is traced and nothing is told', async () => {
  await expect(traced({ ...start, traceparent }, async () => [currentSpan(), openSpan(start)])).resolves.toEqual([
    undefined,
    undefined,
  ]);
});

describe('statements', () => {
  test.each([
    [{ name: 'confab_find_0', text: 'select "id" from "messages" where x = 1' }, 'confab_find_0', 'messages'],
    ['INSERT INTO jobs VALUES (1)', 'insert jobs', 'jobs'],
    ['begin', 'begin', undefined],
    [{ text: 'update only "conversations" set a = $1' }, 'update conversations', 'conversations'],
  ])('%j are called %s', (statement, name, table) => {
    const told = describeStatement(statement);
    expect([told.name, told.attributes['db.collection.name']]).toEqual([name, table]);
  });
});
