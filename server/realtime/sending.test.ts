import type { Socket } from 'socket.io-client';
import { describe, expect, test } from 'vitest';
import { postWithAttachments } from '../modules/attachments/post-with-attachments.ts';
import { attachmentInput } from '../storage/conformance/worlds.ts';
import {
  type AnySocket,
  ask,
  disconnection,
  heard,
  next,
  problem,
  realtimeForEachTest,
  settled,
  watch,
  watchClient,
} from '../testing/realtime-world.ts';

const at = realtimeForEachTest();

describe('a message over the socket', () => {
  const send = (socket: AnySocket, conversationId: string, more: object = {}) =>
    ask(socket, 'message:send', { conversationId, content: 'Hi', clientMessageId: 'm1', ...more });

  test('is stored under who sends it, whatever the message says', async () => {
    const { visitor, id } = await at.current.addThread(at.current.acme);
    const forged = { role: 'system', authorId: at.current.acme.owner.id, metadata: {} };
    const visitorSide = await at.current.asVisitor(visitor);
    expect(await send(visitorSide, id, forged)).toMatchObject({ ok: true, value: { role: 'user', sequence: 1 } });
    const agentSide = await at.current.asMember(at.current.acme.agent);
    const { id: authorId, name: authorName } = at.current.acme.agent;
    expect(await send(agentSide, id, { ...forged, clientMessageId: 'm2' })).toMatchObject({
      ok: true,
      value: { role: 'agent', sequence: 2, authorId, authorName },
    });
    const program = await at.current.asProgram(at.current.acme);
    expect(await send(program, id, { ...forged, clientMessageId: 'm3' })).toMatchObject({
      ok: true,
      value: { role: 'assistant', sequence: 3 },
    });
    expect((await at.current.acme.storage.conversations.find(id))?.status).toBe('open');
  });

  test('with files brings each side addresses that it can open', async () => {
    const { acme, routes } = at.current;
    const { visitor, id } = await at.current.addThread(acme);
    const [visitorSide, agentSide] = [await at.current.asVisitor(visitor), await at.current.asMember(acme.agent)];
    await Promise.all([watch(visitorSide, id), watch(agentSide, id)]);
    const events = [next(visitorSide, 'message:created'), next(agentSide, 'message:created')];
    const { id: fileId } = await acme.storage.attachments.create(attachmentInput(id));
    const { clientId } = acme.storage;
    const post = { conversationId: id, content: '', attachmentIds: [fileId] };
    const sender = { kind: 'visitor', visitorId: visitor.visitorId, engine: 'none' } as const;
    await postWithAttachments(routes.deps, { clientId, sender, post });
    const file = { id: fileId, name: 'photo.png', mediaType: 'image/png', sizeBytes: 1_000 };
    const ticketed = expect.stringMatching(new RegExp(`^/api/attachments/${fileId}\\?ticket=.+`));
    expect(await events[0]).toMatchObject({ message: { attachments: [{ ...file, url: ticketed }] } });
    const url = `/api/clients/${clientId}/attachments/${fileId}`;
    expect(await events[1]).toMatchObject({ message: { metadata: {}, attachments: [{ ...file, url }] } });
  });

  test('sent again is acknowledged with the first one and told once', async () => {
    const { visitor, id } = await at.current.addThread(at.current.acme);
    const [visitorSide, agentSide] = [
      await at.current.asVisitor(visitor),
      await at.current.asMember(at.current.acme.agent),
    ];
    await watchClient(agentSide, at.current.acme);
    const all = heard(agentSide);
    const first = await send(visitorSide, id);
    expect(await send(visitorSide, id, { content: 'Other' })).toEqual(first);
    await settled(agentSide);
    expect(all.map(({ name }) => name)).toEqual(['message:created']);
  });

  test('goes nowhere but to one’s own', async () => {
    const mine = await at.current.addThread(at.current.acme);
    const neighbour = await at.current.addThread(at.current.acme);
    const foreign = await at.current.addThread(at.current.other);
    expect(await send(await at.current.asVisitor(mine.visitor), neighbour.id)).toEqual(problem(404));
    for (const socket of [
      await at.current.asVisitor(mine.visitor),
      await at.current.asMember(at.current.acme.owner),
      await at.current.asProgram(at.current.acme),
    ]) {
      expect(await send(socket, foreign.id)).toEqual(problem(404));
    }
    for (const [{ storage }, id] of [
      [at.current.acme, neighbour.id],
      [at.current.other, foreign.id],
    ] as const) {
      expect((await storage.conversations.find(id))?.messageCount).toBe(0);
    }
  });

  test('is refused with all its faults', async () => {
    const socket = await at.current.asProgram(at.current.acme);
    const answer = await ask(socket, 'message:send', { conversationId: 'x', content: '\0' });
    expect(answer).toMatchObject({ ok: false, problem: { status: 400, type: '/problems#validation-failed' } });
    const { errors } = (answer as unknown as { problem: { errors: { pointer: string }[] } }).problem;
    expect(errors.map(({ pointer }) => pointer)).toEqual(['#/conversationId', '#/content', '#/clientMessageId']);
  });

  test('of a member who was taken out, or of a widget that was archived, is not stored', async () => {
    const { visitor, id } = await at.current.addThread(at.current.acme);
    const [visitorSide, agentSide] = [
      await at.current.asVisitor(visitor),
      await at.current.asMember(at.current.acme.agent),
    ];
    await watch(agentSide, id);
    await at.current.acme.storage.members.remove(at.current.acme.agent.id);
    await at.current.acme.storage.widgets.update(at.current.acme.widget.id, {
      archivedAt: at.current.routes.env.now(),
    });
    expect(await send(agentSide, id)).toEqual(problem(404));
    expect(await send(visitorSide, id)).toEqual(problem(401));
    expect((await at.current.acme.storage.conversations.find(id))?.messageCount).toBe(0);
  });
});

describe('whatever is sent', () => {
  const names = ['conversation:watch', 'client:watch', 'message:send', 'typing', 'conversation:unwatch'];
  const payloads = [undefined, null, 7, 'x', [], {}, { conversationId: 7 }, { clientId: {} }, Buffer.from([1, 2])];

  test('ends in a problem, never in a crash', async () => {
    const socket = await at.current.asProgram(at.current.acme);
    for (const name of names) {
      for (const payload of payloads) expect(await ask(socket, name, payload)).toEqual(problem(400));
    }
    expect(await ask(socket, 'conversation:watch', { conversationId: 'x' }, 'more')).toEqual(problem(400));
  });

  test('without an acknowledgement is taken as well', async () => {
    const socket = (await at.current.asProgram(at.current.acme)) as Socket;
    for (const name of [...names, 'error', 'nonsense', '__proto__', 'constructor']) {
      for (const payload of payloads) socket.emit(name, payload);
      socket.emit(name);
    }
    await settled(socket);
    expect(socket.connected).toBe(true);
  });

  test('beyond the rate is refused, and who does not heed it is let go', async () => {
    await at.current.stop();
    await at.current.start({ rates: { program: { perSecond: 0.001, burst: 3 } } });
    const socket = await at.current.asProgram(at.current.acme);
    const answers = await Promise.all([1, 2, 3, 4].map(() => watchClient(socket, at.current.acme)));
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, false]);
    expect(answers[3]).toEqual(problem(429));
    const gone = disconnection(socket);
    for (let n = 0; n < 40; n++) socket.emit('client:unwatch', { clientId: at.current.acme.storage.clientId });
    await gone;
  });

  test('beyond the size closes that connection alone', async () => {
    const [socket, bystander] = [
      await at.current.asProgram(at.current.acme),
      await at.current.asProgram(at.current.acme),
    ];
    const gone = disconnection(socket);
    socket.emit('typing', { conversationId: 'x'.repeat(300_000), typing: true });
    await gone;
    await settled(bystander);
  });
});
