import { expect, test, vi } from 'vitest';
import { StorageUnavailableError } from '../storage/errors.ts';
import type { ClientStorage } from '../storage/storage.ts';
import {
  type AgentSocket,
  connected,
  cookieOf,
  disconnection,
  heard,
  next,
  realtimeForEachTest,
  settled,
  type VisitorSocket,
  watch,
  watchClient,
} from '../testing/realtime-world.ts';

const at = realtimeForEachTest();

/** Conversations cannot be read until this is restored. */
function storageAway() {
  const { storage } = at.current.routes;
  const forClient = storage.forClient.bind(storage);
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const away = async () => {
    asked();
    throw new StorageUnavailableError('away');
  };
  const failing = vi.spyOn(storage, 'forClient').mockImplementation((clientId) => {
    const conversations = { ...forClient(clientId).conversations, find: away, findAll: away };
    return { ...forClient(clientId), conversations } as ClientStorage;
  });
  return { failing, isAsked };
}

test('after a gap visitors are told how far their threads go, on the connection they have', async () => {
  const { visitor, id } = await at.current.addThread(at.current.acme);
  const { visitor: another, id: quiet } = await at.current.addThread(at.current.acme);
  const socket = await at.current.asVisitor(visitor);
  const tab = await at.current.asVisitor(another);
  await watch(socket, id);
  await watch(tab, quiet);
  // As another process would whose events are not heard here.
  await at.current.acme.storage.messages.append({ conversationId: id, role: 'agent', content: 'Hello' });
  const all = heard(socket);
  const told = [next(socket, 'conversation:updated'), next(tab, 'conversation:updated')];
  at.current.realtime.makeUpForGap();
  expect(await Promise.all(told)).toMatchObject([
    { conversation: { id, lastSequence: 1 } },
    { conversation: { id: quiet, lastSequence: 0 } },
  ]);
  await settled(socket);
  expect(all.map(({ name }) => name)).toEqual(['conversation:updated']);
  expect(socket.connected && tab.connected).toBe(true);
});

test('after a gap a visitor whose widget was switched off meanwhile is let go', async () => {
  const { visitor, id } = await at.current.addThread(at.current.acme);
  const socket = await at.current.asVisitor(visitor);
  await watch(socket, id);
  const gone = disconnection(socket);
  const { widget, storage } = at.current.acme;
  await storage.widgets.update(widget.id, { status: 'failed' });
  at.current.realtime.makeUpForGap();
  expect(await gone).toBe('io server disconnect');
});

test.each(['websocket', 'polling'])(
  'after a gap agents come back by themselves and look again: %s',
  async (transport) => {
    at.current.sessions.set('agents', at.current.acme.agent.id);
    const socket = await connected(
      at.current.open<AgentSocket>({
        extraHeaders: cookieOf('agents'),
        transports: [transport],
        reconnectionDelay: 1,
      }),
    );
    const [gone, back] = [disconnection(socket), next(socket, 'connect')];
    at.current.realtime.makeUpForGap();
    // Any other reason would keep the holder away.
    expect(await gone).toMatch(/^transport (close|error)$/);
    await back;
  },
);

test('a visitor who begins to watch while storage is away is answered when it is back', async () => {
  const { visitor, id } = await at.current.addThread(at.current.acme);
  const socket = await at.current.asVisitor(visitor);
  const { failing, isAsked } = storageAway();
  const answer = watch(socket, id);
  await isAsked;
  failing.mockRestore();
  expect(await answer).toEqual({ ok: true, value: { lastSequence: 0 } });
  const heardLive = next(socket, 'message:created');
  await at.current.say(at.current.acme, { conversationId: id });
  await heardLive;
});

test.each(['websocket', 'polling'])('visitors who cannot be told come back by themselves: %s', async (transport) => {
  const { visitor, id } = await at.current.addThread(at.current.acme);
  const socket = await connected(
    at.current.open<VisitorSocket>({
      auth: { token: visitor.token },
      transports: [transport],
      reconnectionDelay: 1,
    }),
  );
  await watch(socket, id);
  const [gone, back] = [disconnection(socket), next(socket, 'connect')];
  const { failing } = storageAway();
  at.current.realtime.makeUpForGap();
  expect(await gone).toMatch(/^transport (close|error)$/);
  failing.mockRestore();
  await back;
});

test('the clients of whom something is watched are known', async () => {
  const { visitor, id } = await at.current.addThread(at.current.acme);
  const [visitorSide, agentSide] = [
    await at.current.asVisitor(visitor),
    await at.current.asMember(at.current.other.agent),
  ];
  expect([...at.current.realtime.watchedClients()]).toEqual([]);
  await watch(visitorSide, id);
  expect([...at.current.realtime.watchedClients()]).toEqual([at.current.acme.storage.clientId]);
  await watchClient(agentSide, at.current.other);
  expect(at.current.realtime.watchedClients().size).toBe(2);
});
