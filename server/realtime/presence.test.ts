import { expect, test, vi } from 'vitest';
import type { PresentAgent } from '../../shared/socket-events.ts';
import { addConversation } from '../storage/conformance/worlds.ts';
import {
  type AgentSocket,
  type AnySocket,
  ask,
  heard,
  next,
  realtimeForEachTest,
  settled,
  watch,
  watchClient,
} from '../testing/realtime-world.ts';

const at = realtimeForEachTest();

const shown = ({ id, name }: { id: string; name: string }): PresentAgent => ({ userId: id, name });
const presenceIn = (all: ReturnType<typeof heard>) => all.filter(({ name }) => name === 'presence');

/** The next time this socket is told who is there. */
async function told(socket: AnySocket): Promise<string[]> {
  const { agents } = (await next(socket, 'presence')) as { agents: PresentAgent[] };
  return agents.map(({ userId }) => userId).sort();
}
const both = () => [at.current.acme.agent.id, at.current.acme.owner.id].sort();

/** A thread that the agent watches, with the visitor looking on. */
async function watched() {
  const { acme } = at.current;
  const { visitor, id } = await at.current.addThread(acme);
  const visitorSide = await at.current.asVisitor(visitor);
  await watch(visitorSide, id);
  const agentSide = await at.current.asMember(acme.agent);
  const first = told(agentSide);
  await watch(agentSide, id);
  expect(await first).toEqual([acme.agent.id]);
  return { id, visitorSide, agentSide, clientId: acme.storage.clientId };
}

test('those who watch a thread are told who else does, and who has gone, whichever way', async () => {
  const { id, agentSide } = await watched();
  const { acme } = at.current;
  for (const go of [
    (socket: AgentSocket) => socket.emit('conversation:unwatch', { conversationId: id }),
    (socket: AgentSocket) => socket.disconnect(),
  ]) {
    const ownerSide = await at.current.asMember(acme.owner);
    const arrival = [told(agentSide), told(ownerSide)];
    await watch(ownerSide, id);
    expect(await Promise.all(arrival)).toEqual([both(), both()]);
    const departure = told(agentSide);
    go(ownerSide);
    expect(await departure).toEqual([acme.agent.id]);
  }
});

test('whoever loses the membership is gone at once', async () => {
  const { id, agentSide, clientId } = await watched();
  const { acme, routes } = at.current;
  const ownerSide = await at.current.asMember(acme.owner);
  const arrival = told(ownerSide);
  await watch(ownerSide, id);
  await arrival;
  const departure = told(ownerSide);
  await acme.storage.members.remove(acme.agent.id);
  routes.bus.publish('membership.changed', { clientId, userId: acme.agent.id });
  expect(await departure).toEqual([acme.owner.id]);
  expect(agentSide.connected).toBe(true);
});

test('two windows of one person are one person', async () => {
  const { id, agentSide } = await watched();
  const { acme } = at.current;
  const all = heard(agentSide);
  const second = await at.current.asMember(acme.agent);
  const arrival = told(second);
  await watch(second, id);
  expect(await arrival).toEqual([acme.agent.id]);
  second.emit('conversation:unwatch', { conversationId: id });
  await settled(second);
  await settled(agentSide);
  expect(presenceIn(all)).toEqual([]);
});

test('the inbox of the client is told too; visitors, programs’ presence and other clients are left out', async () => {
  const { acme, other } = at.current;
  const { visitor, id } = await at.current.addThread(acme);
  const [visitorSide, inbox, otherSide, program] = [
    await at.current.asVisitor(visitor),
    await at.current.asMember(acme.owner),
    await at.current.asMember(other.owner),
    await at.current.asProgram(acme),
  ];
  await watch(visitorSide, id);
  await watchClient(inbox, acme);
  await watchClient(otherSide, other);
  const [toVisitor, toOther] = [heard(visitorSide), heard(otherSide)];
  const arrival = next(inbox, 'presence');
  await watch(program, id);
  await watch(await at.current.asMember(acme.agent), id);
  expect(await arrival).toEqual({ conversationId: id, agents: [shown(acme.agent)] });
  for (const side of [visitorSide, otherSide]) await settled(side);
  expect([presenceIn(toVisitor), presenceIn(toOther)]).toEqual([[], []]);
});

test('those who watch through other processes are there as well, until their process says otherwise', async () => {
  const { id, agentSide, clientId } = await watched();
  const { acme, routes } = at.current;
  const { bus } = routes;
  const said = { clientId, conversationId: id, processId: 'far' };
  const arrival = told(agentSide);
  bus.publish('presence.changed', { ...said, agents: [shown(acme.owner)] }, 'relay');
  expect(await arrival).toEqual(both());
  const departure = told(agentSide);
  bus.publish('presence.changed', { ...said, agents: [] }, 'relay');
  expect(await departure).toEqual([acme.agent.id]);
});

test('a process that is new to this one is told who is here, once', async () => {
  const { id, clientId } = await watched();
  const { acme, routes } = at.current;
  const elsewhere = await addConversation(acme.storage);
  const said = { clientId, conversationId: elsewhere.id, processId: 'new', agents: [shown(acme.owner)] };
  const before = routes.events.length;
  routes.bus.publish('presence.changed', said, 'relay');
  routes.bus.publish('presence.changed', said, 'relay');
  const answers = routes.events.slice(before).filter(({ event }) => (event as typeof said).processId !== 'new');
  expect(answers).toMatchObject([
    { name: 'presence.changed', event: { conversationId: id, agents: [shown(acme.agent)] } },
  ]);
});

test('a process that says nothing any more is taken to be gone', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  try {
    await at.current.stop();
    await at.current.start();
    const { id, agentSide, clientId } = await watched();
    const { acme, routes } = at.current;
    const said = { clientId, conversationId: id, processId: 'far', agents: [shown(acme.owner)] };
    const arrival = told(agentSide);
    routes.bus.publish('presence.changed', said, 'relay');
    await arrival;
    const departure = told(agentSide);
    vi.advanceTimersByTime(120_000);
    expect(await departure).toEqual([acme.agent.id]);
  } finally {
    vi.useRealTimers();
  }
});

test('when the server goes, its people are gone for all others', async () => {
  const { id } = await watched();
  await at.current.realtime.close();
  const said = at.current.routes.events.filter(({ name }) => name === 'presence.changed');
  expect(said.at(-1)).toMatchObject({ event: { conversationId: id, agents: [] } });
});

test('an agent’s typing is shown to the other agents by name', async () => {
  const { id, agentSide } = await watched();
  const { acme } = at.current;
  const ownerSide = await at.current.asMember(acme.owner);
  await watch(ownerSide, id);
  const typing = next(ownerSide, 'typing');
  await ask(agentSide, 'typing', { conversationId: id, typing: true });
  const view = { conversationId: id, side: 'agent', name: acme.agent.name, typing: true };
  expect(await typing).toEqual(view);
});
