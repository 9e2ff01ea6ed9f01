import { describe, expect, test } from 'vitest';
import { addMember } from '../storage/conformance/worlds.ts';
import {
  disconnection,
  heard,
  next,
  realtimeForEachTest,
  settled,
  watch,
  watchClient,
} from '../testing/realtime-world.ts';

const at = realtimeForEachTest();

describe('whoever would not be let in now is let go:', () => {
  test('when their session ends, that one alone', async () => {
    const ended = await at.current.asMember(at.current.acme.agent, 's1');
    const kept = await at.current.asMember(at.current.acme.agent, 's2');
    const bystander = await at.current.asMember(at.current.acme.owner, 's3');
    const gone = disconnection(ended);
    at.current.routes.bus.publish('session.ended', { userId: at.current.acme.agent.id, sessionId: 's1' });
    expect(await gone).toBe('io server disconnect');
    await settled(kept);

    const alsoGone = disconnection(kept);
    at.current.routes.bus.publish('session.ended', { userId: at.current.acme.agent.id });
    await alsoGone;
    await settled(bystander);
  });

  test('when they are taken out of a client, from what is that client’s', async () => {
    const both = await addMember(at.current.routes.storage, at.current.acme.storage);
    await at.current.other.storage.members.add({ userId: both.id, role: 'agent' });
    const socket = await at.current.asMember(both);
    const [here, there] = [await at.current.addThread(at.current.acme), await at.current.addThread(at.current.other)];
    for (const tenant of [at.current.acme, at.current.other]) await watchClient(socket, tenant);
    for (const { id } of [here, there]) await watch(socket, id);
    await at.current.acme.storage.members.remove(both.id);
    at.current.routes.bus.publish('membership.changed', {
      clientId: at.current.acme.storage.clientId,
      userId: both.id,
    });
    await settled(socket);
    const all = heard(socket);
    await at.current.say(at.current.acme, { conversationId: here.id });
    await at.current.say(at.current.other, { conversationId: there.id });
    await settled(socket);
    expect(all).toMatchObject([{ name: 'message:created', view: { message: { conversationId: there.id } } }]);
  });

  test('not when their role has changed', async () => {
    const socket = await at.current.asMember(at.current.acme.agent);
    await watchClient(socket, at.current.acme);
    await at.current.acme.storage.members.setRole(at.current.acme.agent.id, 'admin');
    at.current.routes.bus.publish('membership.changed', {
      clientId: at.current.acme.storage.clientId,
      userId: at.current.acme.agent.id,
    });
    await settled(socket);
    const arrives = next(socket, 'message:created');
    await at.current.say(at.current.acme, { conversationId: (await at.current.addThread(at.current.acme)).id });
    await arrives;
  });

  test('when their API key is revoked', async () => {
    const [socket, bystander] = [
      await at.current.asProgram(at.current.acme),
      await at.current.asProgram(at.current.other),
    ];
    const gone = disconnection(socket);
    const { id: apiKeyId, keyHash } = at.current.acme.apiKey;
    at.current.routes.bus.publish('apiKey.revoked', { clientId: at.current.acme.storage.clientId, apiKeyId, keyHash });
    await gone;
    await settled(bystander);
  });

  test.each([
    ['archived', { archivedAt: new Date() }],
    ['given a new public key', { publicKey: 'wk_new' }],
  ])('when their widget is %s', async (_what, patch) => {
    const [visitorSide, bystander] = [
      await at.current.asVisitor((await at.current.addThread(at.current.acme)).visitor),
      await at.current.asVisitor((await at.current.addThread(at.current.other)).visitor),
    ];
    const gone = disconnection(visitorSide);
    await at.current.acme.storage.widgets.update(at.current.acme.widget.id, patch);
    const { clientId } = at.current.acme.storage;
    at.current.routes.bus.publish('widget.changed', {
      clientId,
      widgetId: at.current.acme.widget.id,
      publicKeys: [at.current.acme.widget.publicKey],
    });
    await gone;
    await settled(bystander);
  });

  test('not when its colour changes', async () => {
    const visitorSide = await at.current.asVisitor((await at.current.addThread(at.current.acme)).visitor);
    await at.current.acme.storage.widgets.update(at.current.acme.widget.id, { color: '#112233' });
    const { clientId } = at.current.acme.storage;
    at.current.routes.bus.publish('widget.changed', {
      clientId,
      widgetId: at.current.acme.widget.id,
      publicKeys: [at.current.acme.widget.publicKey],
    });
    await settled(visitorSide);
    await settled(visitorSide);
    expect(visitorSide.connected).toBe(true);
  });

  test('when the client is removed, save members, who have others', async () => {
    const gone = [
      await at.current.asVisitor((await at.current.addThread(at.current.acme)).visitor),
      await at.current.asProgram(at.current.acme),
    ].map(disconnection);
    const member = await at.current.asMember(at.current.acme.owner);
    await watchClient(member, at.current.acme);
    const all = heard(member);
    const { id } = await at.current.addThread(at.current.acme);
    at.current.routes.bus.publish('client.removed', { clientId: at.current.acme.storage.clientId });
    await Promise.all(gone);
    await at.current.say(at.current.acme, { conversationId: id });
    await settled(member);
    expect(all).toEqual([]);
  });

  test('from a thread that was removed', async () => {
    const { visitor, id } = await at.current.addThread(at.current.acme);
    const visitorSide = await at.current.asVisitor(visitor);
    await watch(visitorSide, id);
    const program = await at.current.asProgram(at.current.acme);
    await watchClient(program, at.current.acme);
    at.current.routes.bus.publish('conversation.removed', {
      clientId: at.current.acme.storage.clientId,
      conversationId: id,
    });
    const all = heard(program);
    visitorSide.emit('typing', { conversationId: id, typing: true });
    await settled(visitorSide);
    await settled(program);
    expect(all.filter(({ name }) => name === 'typing')).toEqual([]);
  });
});
