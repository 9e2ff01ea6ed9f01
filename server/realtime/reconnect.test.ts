import { expect, test } from 'vitest';
import {
  connected,
  disconnection,
  next,
  realtimeForEachTest,
  type VisitorSocket,
  watch,
  watchClient,
} from '../testing/realtime-world.ts';

const at = realtimeForEachTest();

test.each(['websocket', 'polling'])('whoever is asked to reconnect comes back by itself: %s', async (transport) => {
  const { visitor } = await at.current.addThread(at.current.acme);
  const socket = await connected(
    at.current.open<VisitorSocket>({
      auth: { token: visitor.token },
      transports: [transport],
      reconnectionDelay: 1,
    }),
  );
  const [gone, back] = [disconnection(socket), next(socket, 'connect')];
  at.current.realtime.askAllToReconnect();
  // Any other reason would keep the holder away.
  expect(await gone).toMatch(/^transport (close|error)$/);
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
