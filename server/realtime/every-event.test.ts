import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Ack, ClientToServerEvents } from '../../shared/socket-events.ts';
import {
  openInMemory,
  openOnPostgres,
  openPlantedWorld,
  type PlantedWorld,
  type Tenant,
} from '../testing/planted-world.ts';
import { commands } from './commands.ts';

type EventName = keyof ClientToServerEvents;
const names = Object.keys(commands) as EventName[];

/** What each event takes, naming what is the tenant's. */
const payloads: Record<EventName, (tenant: Tenant) => Record<string, unknown>> = {
  'conversation:watch': thread,
  'conversation:unwatch': thread,
  'client:watch': ({ clientId }) => ({ clientId }),
  'client:unwatch': ({ clientId }) => ({ clientId }),
  'message:send': (tenant) => ({ ...thread(tenant), content: 'Sent', clientMessageId: 'sent' }),
  typing: (tenant) => ({ ...thread(tenant), typing: true }),
};

/** Nothing is told of whether what they name is there, and nothing happens when it is not the sender's. */
const withoutAnswer: EventName[] = ['conversation:unwatch', 'client:unwatch', 'typing'];

function thread({ params }: Tenant) {
  return { conversationId: params.conversationId };
}

/** How each kind of caller authenticates a socket. */
const callers: Record<string, (tenant: Tenant) => Promise<Handshake>> = {
  visitor: async ({ visitor }) => ({ auth: { token: visitor.token } }),
  'another visitor': async (tenant) => ({ auth: { token: (await tenant.newVisitor()).token } }),
  program: async ({ secretKey }) => ({ auth: { apiKey: secretKey } }),
  member: async ({ people }) => ({ extraHeaders: { cookie: await people.owner.cookie() } }),
};

interface Handshake {
  auth?: Record<string, unknown>;
  extraHeaders?: Record<string, string>;
}

const malformed: unknown[] = [
  ...[undefined, null, 7, '', 'text', true, [], [[]], {}, { conversationId: null }, { clientId: [] }, Buffer.alloc(9)],
  ...[{ conversationId: 'none', clientId: 'none' }, { conversationId: '\0', clientId: '\0' }, { toString: null }],
  JSON.parse('{"__proto__":{"conversationId":"x"},"constructor":{"prototype":1}}'),
  JSON.parse(`${'['.repeat(1_000)}${']'.repeat(1_000)}`),
];

describe.each([
  ['memory', openInMemory],
  ['Postgres', openOnPostgres],
])('on %s', { timeout: 60_000 }, (_storage, open) => {
  let world: PlantedWorld;
  let victim: Tenant;
  let intruder: Tenant;
  const opened: Socket[] = [];

  beforeAll(async () => {
    world = await openPlantedWorld(open);
    [victim, intruder] = [await world.plant(), await world.plant()];
  });
  afterEach(() => {
    for (const socket of opened.splice(0)) socket.disconnect();
    expect(world.failures).toEqual([]);
  });
  afterAll(() => world.close());

  function connect(handshake: Handshake): Promise<Socket> {
    const options = { transports: ['websocket'], forceNew: true, reconnection: false, ...handshake };
    const socket = io(`http://127.0.0.1:${world.port}`, options);
    opened.push(socket);
    return new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(socket));
      socket.once('connect_error', reject);
    });
  }

  const ask = (socket: Socket, name: EventName, payload: unknown): Promise<Ack<unknown>> =>
    socket.timeout(10_000).emitWithAck(name, payload);

  /** What the victim's people and programs are told meanwhile, and what is stored of the victim's thread. */
  async function witness() {
    const told: unknown[] = [];
    const isStrange = ({ userId }: { userId: string }) => userId !== victim.people.owner.id;
    for (const who of ['visitor', 'program', 'member']) {
      const socket = await connect(await callers[who]!(victim));
      if (who !== 'visitor') await ask(socket, 'client:watch', { clientId: victim.clientId });
      await ask(socket, 'conversation:watch', thread(victim));
      socket.onAny((...event) => {
        // They are told of each other.
        if (event[0] !== 'presence' || event[1].agents.some(isStrange)) told.push(event);
      });
    }
    const stored = () => victim.own.messages.list(victim.params.conversationId ?? '', { limit: 100 });
    return { told, stored, before: await stored() };
  }

  test.each([
    [{}],
    [{ auth: { token: 'forged' } }],
    [{ auth: { token: 7 } }],
    [{ auth: { token: { toString: null } } }],
    [{ auth: { apiKey: 'unknown' } }],
    [{ auth: { apiKey: '' } }],
    [{ auth: { apiKey: ['x'] } }],
    [{ extraHeaders: { cookie: 'confab.sid=s%3Aforged.forged' } }],
    [{ extraHeaders: { authorization: 'Bearer x', 'x-org-key': 'x' } }],
  ])('a stranger is not let in: %j', async (handshake) => {
    await expect(connect(handshake as Handshake)).rejects.toMatchObject({ data: { status: 401 } });
  });

  test('every event does what it says for whoever may send it', async () => {
    for (const who of ['program', 'member']) {
      const tenant = await world.plant();
      const socket = await connect(await callers[who]!(tenant));
      for (const name of names)
        expect([who, name, await ask(socket, name, payloads[name](tenant))]).toMatchObject([who, name, { ok: true }]);
    }
  });

  test.each(Object.keys(callers))(
    'every event of another client’s %s finds nothing, and the client hears nothing of it',
    async (who) => {
      const { told, stored, before } = await witness();
      const socket = await connect(await callers[who]!(intruder));
      for (const name of names) {
        const answer = await ask(socket, name, payloads[name](victim));
        const expected = withoutAnswer.includes(name) ? { ok: true } : { ok: false, problem: { status: 404 } };
        expect([name, answer]).toMatchObject([name, expected]);
      }
      expect(await stored()).toEqual(before);
      expect(told).toEqual([]);
    },
  );

  test('every event of another visitor of the same client finds nothing', async () => {
    const { told, stored, before } = await witness();
    const socket = await connect(await callers['another visitor']!(victim));
    for (const name of names.filter((one) => !withoutAnswer.includes(one))) {
      expect([name, await ask(socket, name, payloads[name](victim))]).toMatchObject([
        name,
        { problem: { status: 404 } },
      ]);
    }
    await ask(socket, 'typing', payloads.typing(victim));
    expect(await stored()).toEqual(before);
    expect(told).toEqual([]);
  });

  test.each(['visitor', 'program', 'member'])(
    'every event of a %s with a payload it does not take is refused with its faults',
    async (who) => {
      const socket = await connect(await callers[who]!(victim));
      for (const name of names) {
        for (const payload of malformed) {
          const answer = await ask(socket, name, payload);
          expect([name, payload, answer]).toMatchObject([name, payload, { ok: false, problem: { status: 400 } }]);
        }
        for (const strange of ['__proto__', 'toString', 'constructor', 'message:created', 'nothing'])
          socket.emit(strange, {});
      }
      expect(await ask(socket, 'conversation:watch', thread(victim))).toMatchObject({ ok: true });
    },
  );
});
