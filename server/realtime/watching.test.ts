import { describe, expect, test } from 'vitest';
import { addConversation, addMember, strangeId } from '../storage/conformance/worlds.ts';
import {
  connected,
  heard,
  next,
  problem,
  realtimeForEachTest,
  settled,
  type VisitorSocket,
  watch,
  watchClient,
} from '../testing/realtime-world.ts';

const at = realtimeForEachTest();

describe('watching', () => {
  test('brings a message to both sides, each in its own view', async () => {
    const { visitor, id } = await at.current.addThread(at.current.acme);
    const [visitorSide, agentSide] = [
      await at.current.asVisitor(visitor),
      await at.current.asMember(at.current.acme.agent),
    ];
    expect(await watch(visitorSide, id)).toEqual({ ok: true, value: { lastSequence: 0 } });
    expect(await watch(agentSide, id)).toEqual({ ok: true, value: { lastSequence: 0 } });

    const arrives = [next(visitorSide, 'message:created'), next(agentSide, 'message:created')];
    const metadata = { authorName: 'Ada', secret: 1 };
    await at.current.say(at.current.acme, {
      conversationId: id,
      role: 'agent',
      authorId: at.current.acme.agent.id,
      metadata,
    });
    const [seen, told] = (await Promise.all(arrives)) as { message: object; conversation: object }[];
    expect(seen?.message).toMatchObject({ sequence: 1, content: 'Hello', authorName: 'Ada' });
    for (const hidden of ['metadata', 'authorId']) expect(seen?.message).not.toHaveProperty(hidden);
    for (const hidden of ['tags', 'assigneeId', 'metadata']) expect(seen?.conversation).not.toHaveProperty(hidden);
    expect(told).toMatchObject({ message: { metadata }, conversation: { messageCount: 1, tags: [] } });
  });

  test('a thread answers how far it goes', async () => {
    const { visitor, id } = await at.current.addThread(at.current.acme);
    await at.current.say(at.current.acme, { conversationId: id });
    await at.current.say(at.current.acme, { conversationId: id });
    expect(await watch(await at.current.asVisitor(visitor), id)).toEqual({ ok: true, value: { lastSequence: 2 } });
  });

  test('a client brings the events of all its conversations, once each, and of no other client', async () => {
    const agentSide = await at.current.asMember(at.current.acme.agent);
    const clientId = at.current.acme.storage.clientId;
    expect(await watchClient(agentSide, at.current.acme)).toEqual({ ok: true, value: { clientId } });
    const conversation = await addConversation(at.current.acme.storage);
    await watch(agentSide, conversation.id);
    const foreign = await addConversation(at.current.other.storage);
    const all = heard(agentSide);
    at.current.routes.bus.publish('conversation.created', {
      clientId: at.current.other.storage.clientId,
      conversation: foreign,
    });
    await at.current.say(at.current.other, { conversationId: foreign.id });
    at.current.routes.bus.publish('conversation.created', { clientId, conversation });
    await at.current.say(at.current.acme, { conversationId: conversation.id });
    at.current.routes.bus.publish('conversation.updated', { clientId, conversation });
    at.current.routes.bus.publish('conversation.removed', { clientId, conversationId: conversation.id });
    await settled(agentSide);
    const names = all.map(({ name }) => name).filter((name) => name !== 'presence');
    expect(names).toEqual(['conversation:created', 'message:created', 'conversation:updated', 'conversation:removed']);
  });

  test('ends with unwatch', async () => {
    const { id } = await at.current.addThread(at.current.acme);
    const program = await at.current.asProgram(at.current.acme);
    await watch(program, id);
    await watchClient(program, at.current.acme);
    const all = heard(program);
    program.emit('conversation:unwatch', { conversationId: id });
    program.emit('client:unwatch', { clientId: at.current.acme.storage.clientId });
    await settled(program);
    await at.current.say(at.current.acme, { conversationId: id });
    await settled(program);
    expect(all).toEqual([]);
  });

  test('works over polling alone', async () => {
    const { visitor, id } = await at.current.addThread(at.current.acme);
    const socket = await connected(
      at.current.open<VisitorSocket>({ auth: { token: visitor.token }, transports: ['polling'] }),
    );
    await watch(socket, id);
    const arrives = next(socket, 'message:created');
    await at.current.say(at.current.acme, { conversationId: id });
    expect(await arrives).toMatchObject({ message: { content: 'Hello' } });
  });

  test('what is not theirs is not found by anybody, and nothing of it arrives', async () => {
    const mine = await at.current.addThread(at.current.acme);
    const neighbour = await at.current.addThread(at.current.acme);
    const foreign = await at.current.addThread(at.current.other);
    const sockets = {
      visitor: await at.current.asVisitor(mine.visitor),
      member: await at.current.asMember(at.current.acme.owner),
      program: await at.current.asProgram(at.current.acme),
    };
    const all = Object.values(sockets).map(heard);
    for (const socket of Object.values(sockets)) {
      expect(await watch(socket, foreign.id)).toEqual(problem(404));
      expect(await watch(socket, strangeId())).toEqual(problem(404));
      expect(await watchClient(socket, at.current.other)).toEqual(problem(404));
    }
    expect(await watch(sockets.visitor, neighbour.id)).toEqual(problem(404));
    expect(await watchClient(sockets.visitor, at.current.acme)).toEqual(problem(404));
    await at.current.say(at.current.other, { conversationId: foreign.id });
    await at.current.say(at.current.acme, { conversationId: neighbour.id });
    for (const socket of Object.values(sockets)) await settled(socket);
    expect(all).toEqual([[], [], []]);
  });

  test('a member of several clients watches threads of each', async () => {
    const both = await addMember(at.current.routes.storage, at.current.acme.storage);
    await at.current.other.storage.members.add({ userId: both.id, role: 'agent' });
    const socket = await at.current.asMember(both);
    for (const tenant of [at.current.acme, at.current.other]) {
      const { id } = await at.current.addThread(tenant);
      expect(await watch(socket, id)).toMatchObject({ ok: true });
    }
  });

  test('is bounded', async () => {
    const program = await at.current.asProgram(at.current.acme);
    for (let n = 0; n < 200; n++) await watch(program, (await addConversation(at.current.acme.storage)).id);
    expect(await watch(program, (await addConversation(at.current.acme.storage)).id)).toEqual(problem(429));
  });
});

describe('typing', () => {
  test('is told to the other side and to other agents, not to oneself, and is taken back', async () => {
    const { visitor, id } = await at.current.addThread(at.current.acme);
    const [visitorSide, agentSide, inbox] = [
      await at.current.asVisitor(visitor),
      await at.current.asMember(at.current.acme.agent),
      await at.current.asMember(at.current.acme.owner),
    ];
    await watch(visitorSide, id);
    await watch(agentSide, id);
    await watchClient(inbox, at.current.acme);
    const own = heard(agentSide);
    const arrives = () => Promise.all([next(visitorSide, 'typing'), next(inbox, 'typing')]);

    let told = arrives();
    agentSide.emit('typing', { conversationId: id, typing: true });
    const view = { conversationId: id, side: 'agent', name: at.current.acme.agent.name };
    expect(await told).toEqual([
      { ...view, typing: true },
      { ...view, typing: true },
    ]);
    await settled(agentSide);
    expect(own).toEqual([]);

    told = arrives();
    agentSide.disconnect();
    expect(await told).toEqual([
      { ...view, typing: false },
      { ...view, typing: false },
    ]);
  });

  test('of a visitor has no name, and repeats at once are told once', async () => {
    const { visitor, id } = await at.current.addThread(at.current.acme);
    const [visitorSide, program] = [await at.current.asVisitor(visitor), await at.current.asProgram(at.current.acme)];
    await watch(visitorSide, id);
    await watch(program, id);
    const all = heard(program);
    for (let n = 0; n < 5; n++) visitorSide.emit('typing', { conversationId: id, typing: true });
    await settled(visitorSide);
    await settled(program);
    expect(all).toEqual([{ name: 'typing', view: { conversationId: id, side: 'visitor', name: null, typing: true } }]);
  });

  test('is told only in threads one watches', async () => {
    const { id } = await at.current.addThread(at.current.acme);
    const [program, stranger] = [
      await at.current.asProgram(at.current.acme),
      await at.current.asVisitor(at.current.routes.newVisitor(at.current.acme)),
    ];
    await watch(program, id);
    const all = heard(program);
    stranger.emit('typing', { conversationId: id, typing: true });
    await settled(stranger);
    await settled(program);
    expect(all).toEqual([]);
  });
});
