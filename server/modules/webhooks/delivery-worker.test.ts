import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Webhook, WebhookDelivery } from '../../../shared/schema.ts';
import type { WebhookEvent } from '../../../shared/webhook-vocabulary.ts';
import { createBus } from '../../events/bus.ts';
import { createSealing } from '../../lib/sealing.ts';
import { createTestEnvironment, type TestEnvironment } from '../../storage/conformance/harness.ts';
import { addClient, addConversation, messageInput, strangeId } from '../../storage/conformance/worlds.ts';
import { MemStorage } from '../../storage/memory/mem-storage.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import {
  type Answering,
  type FakeEndpoint,
  hangingUp,
  stalling,
  startFakeEndpoint,
  withJson,
} from '../../testing/fake-endpoint.ts';
import { testConfig } from '../../testing/route-world.ts';
import { type DeliveryWorker, startDeliveryWorker, type WorkerTimes } from './delivery-worker.ts';
import { graceMs, newOutgoingSecret, outgoingSecretContext, signedHeaders } from './outgoing-secret.ts';

const ok = withJson({ received: true });
const failing = withJson({ error: 'no' }, 500);
const sealingKeys = [Buffer.alloc(32, 2)];
const secret = newOutgoingSecret();
const day = 24 * 60 * 60_000;

let env: TestEnvironment;
let storage: MemStorage;
let receiver: FakeEndpoint;
let workers: DeliveryWorker[];
const bus = createBus((name, error) => {
  throw new Error(`A listener of ${name} failed.`, { cause: error });
});

beforeEach(async () => {
  env = createTestEnvironment();
  storage = new MemStorage(env);
  receiver = await startFakeEndpoint(ok);
  workers = [];
});
afterEach(async () => {
  for (const worker of workers) await worker.stop();
  await receiver.close();
  await storage.close();
});

function start(times: Partial<WorkerTimes> = {}, allowPrivate = ['127.0.0.1']): DeliveryWorker {
  const config = { ...testConfig, fetchAllowPrivate: allowPrivate };
  const secrets = { sealingKeys } as never;
  const log = pino({ level: 'silent' });
  const deps = { storage, bus, log, now: env.now, config, secrets };
  const worker = startDeliveryWorker(deps, { pollMs: 60_000, ...times });
  workers.push(worker);
  return worker;
}

interface World {
  client: ClientStorage;
  webhook: Webhook;
  say(content?: string): Promise<void>;
  deliveries(): Promise<WebhookDelivery[]>;
  now(): Promise<Webhook>;
}

async function addWebhook(path = '/hook', events: WebhookEvent[] = ['message.created']): Promise<World> {
  const { client } = await addClient(storage);
  const id = strangeId();
  const sealedSecret = createSealing(sealingKeys).seal(
    secret,
    outgoingSecretContext({ clientId: client.clientId, id }),
  );
  const url = path.startsWith('http') ? path : receiver.origin + path;
  const webhook = await client.outgoingWebhooks.create({ id, url, description: '', events, sealedSecret });
  const conversation = await addConversation(client);
  return {
    client,
    webhook,
    async say(content = 'Hello') {
      const told = await client.messages.append(messageInput(conversation.id, { content }));
      bus.publish('message.created', { clientId: client.clientId, ...told });
    },
    deliveries: async () => (await client.outgoingWebhooks.listDeliveries(id, {}, { limit: 100 })).items.reverse(),
    now: async () => (await client.outgoingWebhooks.find(id))!,
  };
}

describe('a delivery', () => {
  test('arrives signed, with what happened, and is done', async () => {
    const { say, deliveries, now } = await addWebhook('/hook?token=1');
    await say('Where is my order?');
    await start().idle();
    const [delivery] = await deliveries();
    expect(receiver.taken).toHaveLength(1);
    const { method, path, headers, text, json } = receiver.taken[0]!;
    expect([method, path, headers['content-type']]).toEqual(['POST', '/hook?token=1', 'application/json']);
    expect(headers).toMatchObject(signedHeaders([secret], { id: delivery!.id, body: text, now: env.now() }));
    expect(json).toMatchObject({
      id: delivery!.id,
      type: 'message.created',
      createdAt: delivery!.createdAt.toISOString(),
      data: { message: { sequence: 1, role: 'user', content: 'Where is my order?', attachments: [] } },
    });
    const done = { state: 'delivered', attempts: 1, httpStatus: 200, failure: null, response: '{"received":true}' };
    expect(delivery).toMatchObject({ ...done, leaseId: null, durationMs: expect.any(Number) });
    expect(await now()).toMatchObject({ lastSuccessAt: env.now(), failingSince: null });
  });

  test('is sent when the bus tells of it', async () => {
    const { say } = await addWebhook();
    await start().idle();
    await say();
    await receiver.arrived(1);
  });

  test('is found without being told of by looking from time to time', async () => {
    const { client } = await addWebhook('/hook', ['conversation.created']);
    await start({ pollMs: 5 }).idle();
    await client.conversations.create({});
    await receiver.arrived(1);
  });

  test('is tried again under the same id with the same body when it fails, later each time', async () => {
    const { say, deliveries, now } = await addWebhook();
    const worker = start();
    const answers: Answering[] = [failing, hangingUp, withJson({}, 429, { 'retry-after': '600' }), ok];
    receiver.answerWith(...answers);
    const began = env.now();
    await say();
    const waits: number[] = [];
    for (let attempt = 1; attempt < answers.length; attempt++) {
      await worker.idle();
      const [delivery] = await deliveries();
      expect(delivery).toMatchObject({ state: 'pending', attempts: attempt, failure: expect.any(String) });
      waits.push(delivery!.nextTryAt.getTime() - env.now().getTime());
      env.setTime(new Date(delivery!.nextTryAt.getTime() - 1));
      await worker.idle();
      expect(receiver.taken).toHaveLength(attempt);
      env.advance(1);
      expect(await now()).toMatchObject({ failingSince: began, failuresInRow: 0 });
    }
    await worker.idle();
    expect((await deliveries())[0]).toMatchObject({ state: 'delivered', attempts: 4, failure: null });
    expect(new Set(receiver.taken.map(({ text }) => text)).size).toBe(1);
    expect(new Set(receiver.taken.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect([waits[0]! > 4_000, waits[0]! < waits[1]!, waits[2]]).toEqual([true, true, 600_000]);
    expect(await now()).toMatchObject({ failingSince: null, lastSuccessAt: env.now() });
  });

  test('is given up after eleven attempts over about a day', async () => {
    const { say, deliveries, now } = await addWebhook();
    const worker = start();
    receiver.answerWith(failing);
    const began = env.now().getTime();
    await say();
    for (;;) {
      await worker.idle();
      const [delivery] = await deliveries();
      if (delivery!.state !== 'pending') break;
      env.setTime(delivery!.nextTryAt);
    }
    expect((await deliveries())[0]).toMatchObject({ state: 'failed', attempts: 11, httpStatus: 500 });
    expect(env.now().getTime() - began).toBeGreaterThan(0.85 * day);
    expect(await now()).toMatchObject({ enabled: true, failuresInRow: 1 });
  });

  test('does not follow a redirect', async () => {
    const { say, deliveries } = await addWebhook();
    receiver.answerWith((response) => {
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    await say();
    await start().idle();
    expect(receiver.taken.map(({ path }) => path)).toEqual(['/hook']);
    const [delivery] = await deliveries();
    expect(delivery).toMatchObject({ state: 'pending', httpStatus: 307, failure: expect.stringMatching(/redirect/) });
  });

  test('is not sent into the machine’s own network', async () => {
    const { say, deliveries } = await addWebhook();
    await say();
    await start({}, []).idle();
    expect(receiver.taken).toEqual([]);
    expect((await deliveries())[0]).toMatchObject({ state: 'pending', httpStatus: null, failure: expect.any(String) });
  });

  test('whose secret cannot be opened is not sent unsigned', async () => {
    const { client, webhook, say, deliveries } = await addWebhook();
    await client.outgoingWebhooks.update(webhook.id, { sealedSecret: 'v1.other.x' });
    await say();
    await start().idle();
    expect(receiver.taken).toEqual([]);
    expect((await deliveries())[0]).toMatchObject({ failure: expect.stringMatching(/secret/) });
  });

  test('is signed with the secret before as well, as long as its grace lasts', async () => {
    const { client, webhook, say } = await addWebhook();
    const before = newOutgoingSecret();
    const context = outgoingSecretContext(webhook);
    const previousSealedSecret = createSealing(sealingKeys).seal(before, context);
    const previousSecretUntil = new Date(env.now().getTime() + graceMs);
    const worker = start();
    const signedBy = async (...secrets: string[]) => {
      await say();
      await worker.idle();
      const { headers, text } = receiver.taken.at(-1)!;
      const signed = signedHeaders(secrets, { id: String(headers['webhook-id']), body: text, now: env.now() });
      expect(headers).toMatchObject(signed);
      expect(String(headers['webhook-signature']).split(' ')).toHaveLength(secrets.length);
      expect(String(headers['x-confab-signature']).split(',v1=')).toHaveLength(secrets.length + 1);
    };
    await client.outgoingWebhooks.update(webhook.id, { previousSealedSecret, previousSecretUntil });
    await signedBy(secret, before);
    env.setTime(new Date(previousSecretUntil.getTime() - 1));
    await signedBy(secret, before);
    env.advance(1);
    await signedBy(secret);
    await client.outgoingWebhooks.update(webhook.id, {
      previousSealedSecret: 'v1.other.x',
      previousSecretUntil: new Date(env.now().getTime() + 1),
    });
    await signedBy(secret);
  });

  test('keeps the beginning of a long answer and does not read the rest', async () => {
    const { say, deliveries } = await addWebhook();
    receiver.answerWith((response) => {
      response.writeHead(200).write('x'.repeat(20_000));
    });
    await say();
    await start().idle();
    expect((await deliveries())[0]).toMatchObject({ state: 'delivered', response: 'x'.repeat(1_000) });
  });

  test('by hand is sent once, also to a webhook that is off, whose standing it leaves alone', async () => {
    const { client, webhook, deliveries, now } = await addWebhook();
    await client.outgoingWebhooks.update(webhook.id, { enabled: false });
    receiver.answerWith(failing);
    await client.outgoingWebhooks.enqueue(webhook.id, { event: 'webhook.test', payload: { text: 'Test' } });
    await start().idle();
    expect(receiver.taken.map(({ json }) => [json.type, json.data])).toEqual([['webhook.test', { text: 'Test' }]]);
    expect((await deliveries())[0]).toMatchObject({ state: 'failed', attempts: 1 });
    expect(await now()).toMatchObject({ failingSince: null, failuresInRow: 0 });
  });
});

describe('a webhook', () => {
  const audit = async ({ client }: World) =>
    (await client.audit.list({ limit: 100 })).items.map(({ action, actorKind, details }) => ({
      action,
      actorKind,
      reason: details.reason,
    }));

  test('whose receiver answers 410 is switched off, with an audit row', async () => {
    const world = await addWebhook();
    receiver.answerWith(withJson({}, 410));
    await world.say();
    await start().idle();
    expect((await world.deliveries())[0]).toMatchObject({ state: 'failed', httpStatus: 410 });
    const off = { enabled: false, switchedOffReason: 'gone', switchedOffAt: env.now() };
    await vi.waitFor(async () => expect(await world.now()).toMatchObject(off));
    expect(await audit(world)).toEqual([{ action: 'webhook.switchedOff', actorKind: 'system', reason: 'gone' }]);
    await world.say();
    expect(await world.deliveries()).toHaveLength(1);
  });

  test('to which nothing has arrived for three days is switched off', async () => {
    const world = await addWebhook();
    const worker = start();
    receiver.answerWith(failing);
    await world.say();
    await worker.idle();
    env.advance(3 * day - 1);
    await world.say();
    await worker.idle();
    expect((await world.now()).enabled).toBe(true);
    env.advance(1);
    await world.say();
    await worker.idle();
    await vi.waitFor(async () =>
      expect(await world.now()).toMatchObject({ enabled: false, switchedOffReason: 'failing' }),
    );
  });

  test('of which fifty deliveries in a row were given up is switched off', async () => {
    const world = await addWebhook();
    receiver.answerWith(withJson({}, 400));
    for (let n = 0; n < 50; n++) await world.say();
    // All but the last attempt of each has been made.
    const claim = { limit: 100, perWebhook: 100, leaseMs: 0, exceptClients: [], exceptWebhooks: [] };
    for (let attempt = 1; attempt < 11; attempt++) await storage.deliveryQueue.claim(claim);
    await start().idle();
    await vi.waitFor(async () => expect((await world.now()).enabled).toBe(false));
    expect((await world.now()).failuresInRow).toBe(50);
  });

  test('that is switched off keeps what is to be sent for a day', async () => {
    const { client, webhook, say, deliveries } = await addWebhook();
    await say();
    await client.outgoingWebhooks.update(webhook.id, { enabled: false });
    await start().idle();
    env.advance(day);
    await start().idle();
    expect((await deliveries())[0]).toMatchObject({ state: 'pending' });
    env.advance(1);
    await start().idle();
    expect((await deliveries())[0]).toMatchObject({ state: 'failed', attempts: 0 });
    expect(receiver.taken).toEqual([]);
  });
});

describe('several workers', () => {
  test('send each delivery once', async () => {
    const worlds = [await addWebhook(), await addWebhook()];
    for (let n = 0; n < 20; n++) for (const { say } of worlds) await say();
    await Promise.all([start(), start(), start()].map((worker) => worker.idle()));
    await vi.waitFor(() => expect(receiver.taken).toHaveLength(40));
    await Promise.all(workers.map((worker) => worker.idle()));
    expect(new Set(receiver.taken.map(({ headers }) => headers['webhook-id'])).size).toBe(40);
  });

  test('send again, under the same id, what one was killed with', async () => {
    const { say, deliveries } = await addWebhook();
    await say();
    const claim = { limit: 1, perWebhook: 1, leaseMs: 40_000, exceptClients: [], exceptWebhooks: [] };
    const [abandoned] = await storage.deliveryQueue.claim(claim);
    const worker = start();
    await worker.idle();
    expect(receiver.taken).toEqual([]);
    env.advance(40_000);
    await worker.idle();
    expect(receiver.taken.map(({ headers }) => headers['webhook-id'])).toEqual([abandoned!.id]);
    expect((await deliveries())[0]).toMatchObject({ state: 'delivered', attempts: 2 });
  });

  test('that stop give back what has not been answered yet', async () => {
    const { say, deliveries } = await addWebhook();
    receiver.answerWith(stalling);
    const worker = start({ stopMs: 1 });
    await worker.idle();
    await say();
    await receiver.arrived(1);
    await worker.stop();
    expect((await deliveries())[0]).toMatchObject({ state: 'pending', attempts: 0, leaseId: null });
  });
});

test('a receiver that does not answer holds up no other', async () => {
  const slow = await startFakeEndpoint(stalling);
  const stuck = await addWebhook(slow.origin);
  const well = await addWebhook();
  for (let n = 0; n < 60; n++) await stuck.say();
  start({ stopMs: 1 });
  await slow.arrived(1);
  for (let n = 0; n < 10; n++) await well.say();
  await receiver.arrived(10);
  expect(slow.taken.length).toBeLessThanOrEqual(8);
  await slow.close();
});

test('what was over 30 days ago is cleared away', async () => {
  const { say, deliveries } = await addWebhook();
  await say();
  const worker = start();
  await worker.idle();
  await worker.stop();
  env.advance(30 * day);
  await start().idle();
  expect(await deliveries()).toHaveLength(1);
  env.advance(1);
  await start().idle();
  expect(await deliveries()).toHaveLength(0);
});
