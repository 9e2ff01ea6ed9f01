import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createBus, type Events } from '../../events/bus.ts';
import { createTestEnvironment } from '../../storage/conformance/harness.ts';
import { addClient, addWidget } from '../../storage/conformance/worlds.ts';
import { createPool } from '../../storage/database/connection.ts';
import { DatabaseStorage } from '../../storage/database/database-storage.ts';
import { MemStorage } from '../../storage/memory/mem-storage.ts';
import type { IStorage } from '../../storage/storage.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { activateDueWidgets, startActivationScheduler } from './activation-scheduler.ts';

let database: TestDatabase;
const opened: IStorage[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await Promise.all(opened.map((storage) => storage.close()));
  await database.drop();
});

async function openDatabase(): Promise<IStorage> {
  const [pool, writerPool] = await Promise.all([
    createPool({ url: database.url, max: 4 }),
    createPool({ url: database.url, max: 2 }),
  ]);
  // Real ids: the environment's start from the same number in each world.
  const { uuidv7 } = await import('uuidv7');
  const storage = new DatabaseStorage({ pool, writerPool, env: { now: () => env.now(), newId: uuidv7 } });
  opened.push(storage);
  return storage;
}
const env = createTestEnvironment();

describe.each([
  ['in memory', async () => new MemStorage(env)],
  ['in Postgres', openDatabase],
])('scheduled activation %s', (_name, openStorage) => {
  async function createWorld() {
    const storage = await openStorage();
    const events: Events['widget.changed'][] = [];
    const bus = createBus(() => {});
    bus.subscribe('widget.changed', (event) => events.push(event));
    const { client } = await addClient(storage);
    const { clientId } = client;
    const deps = { storage, bus, log: pino({ level: 'silent' }), now: env.now };
    const pending = (ms: number, more = {}) =>
      addWidget(client, {
        status: 'pending',
        activateAt: new Date(env.now().getTime() + ms),
        publicKey: `wk_${Math.random()}`,
        ...more,
      });
    const audit = async () => (await client.audit.list({ limit: 100 })).items;
    return { storage, client, clientId, deps, events, pending, audit };
  }

  test('activates what is due, and records it as the server’s doing', async () => {
    const { client, clientId, deps, events, pending, audit } = await createWorld();
    const [due, notDue] = [await pending(0), await pending(1)];
    expect(await activateDueWidgets(deps)).toBe(1);
    expect(await client.widgets.find(due.id)).toMatchObject({
      status: 'active',
      activateAt: null,
      activatedAt: env.now(),
    });
    expect(await client.widgets.find(notDue.id)).toMatchObject({ status: 'pending' });
    expect(await audit()).toMatchObject([
      { action: 'widget.activated', targetId: due.id, actorKind: 'system', actorId: null, requestId: null },
    ]);
    expect(events).toEqual([{ clientId, widgetId: due.id, publicKeys: [due.publicKey] }]);
    expect(await activateDueWidgets(deps)).toBe(0);
    env.advance(1);
    expect(await activateDueWidgets(deps)).toBe(1);
  });

  test('fails a widget whose settings are incomplete, with the reason, and goes on to the next', async () => {
    const { client, deps, pending } = await createWorld();
    const [broken, sound] = [await pending(-2, { engine: 'webhook' }), await pending(-1)];
    await activateDueWidgets(deps);
    expect(await client.widgets.find(broken.id)).toMatchObject({
      status: 'failed',
      statusReason: expect.stringContaining('address of the webhook'),
      activateAt: null,
    });
    expect(await client.widgets.find(sound.id)).toMatchObject({ status: 'active' });
  });

  test('leaves archived widgets alone', async () => {
    const { client, deps, pending } = await createWorld();
    const widget = await pending(0);
    await client.widgets.update(widget.id, { archivedAt: env.now() });
    expect(await activateDueWidgets(deps)).toBe(0);
  });

  test('takes each widget through once, by however many processes', async () => {
    const { deps, pending, audit, events } = await createWorld();
    for (let n = 0; n < 5; n++) await pending(0);
    await Promise.all(Array.from({ length: 4 }, () => activateDueWidgets(deps)));
    expect(await audit()).toHaveLength(5);
    expect(events).toHaveLength(5);
  });

  test('goes by itself until it is stopped', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { client, deps, pending } = await createWorld();
      const scheduler = startActivationScheduler(deps);
      const widget = await pending(0);
      vi.advanceTimersByTime(10_000);
      vi.useRealTimers();
      await expect.poll(async () => (await client.widgets.find(widget.id))?.status).toBe('active');
      scheduler.stop();
    } finally {
      vi.useRealTimers();
    }
  });
});
