import { expect, test } from 'vitest';
import { leaveNote } from '../modules/notes/leave-note.ts';
import { heard, realtimeForEachTest, settled, watch, watchClient } from '../testing/realtime-world.ts';

const at = realtimeForEachTest();

/** The visitor of a thread, and agents who watch the thread, its client, and another client. */
async function everybody() {
  const { acme, other } = at.current;
  const { visitor, id } = await at.current.addThread(acme);
  const visitorSide = await at.current.asVisitor(visitor);
  const [threadSide, clientSide] = [await at.current.asMember(acme.agent), await at.current.asMember(acme.owner)];
  const otherSide = await at.current.asMember(other.owner);
  await watch(visitorSide, id);
  await watch(threadSide, id);
  await watchClient(clientSide, acme);
  await watchClient(otherSide, other);
  const sides = [visitorSide, threadSide, clientSide, otherSide] as const;
  for (const side of sides) await settled(side);
  const [toVisitor, toThread, toClient, toOther] = sides.map(heard);
  const settle = async () => {
    for (const side of sides) await settled(side);
  };
  return { id, settle, told: { toVisitor, toThread, toClient, toOther } };
}

test('a note reaches the agents of its client, and neither the visitor nor anybody else', async () => {
  const { acme, routes } = at.current;
  const { id, settle, told } = await everybody();
  const membership = (await routes.storage.accounts.findMembership(acme.agent.id, acme.storage.clientId))!;
  const caller = {
    kind: 'member',
    user: acme.agent,
    role: membership.role,
    clientId: membership.clientId,
    storage: acme.storage,
  } as const;
  const note = await leaveNote(routes, { caller, conversationId: id, content: 'Not for the visitor' });
  routes.bus.publish('note.removed', { clientId: caller.clientId, conversationId: id, noteId: note.id });
  await settle();

  for (const all of [told.toThread, told.toClient]) {
    expect(all).toMatchObject([
      { name: 'note:created', view: { note: { id: note.id, content: 'Not for the visitor' } } },
      { name: 'note:removed', view: { conversationId: id, noteId: note.id } },
    ]);
  }
  expect([told.toVisitor, told.toOther]).toEqual([[], []]);
});

test('a rating reaches the agents of its client alone', async () => {
  const { acme, routes } = at.current;
  const { id, settle, told } = await everybody();
  const rating = await acme.storage.ratings.rate({ conversationId: id, score: 4, comment: 'Good' });
  routes.bus.publish('conversation.rated', { clientId: acme.storage.clientId, rating });
  await settle();
  const view = { conversationId: id, rating: { score: 4, comment: 'Good', createdAt: rating.createdAt.toISOString() } };
  for (const all of [told.toThread, told.toClient]) expect(all).toEqual([{ name: 'conversation:rated', view }]);
  expect([told.toVisitor, told.toOther]).toEqual([[], []]);
});

test('how the reading of a document goes reaches those who watch its client alone, without what its owner wrote', async () => {
  const { acme, routes } = at.current;
  const { settle, told } = await everybody();
  const { clientId, documents } = acme.storage;
  const document = await documents.create({ kind: 'text', name: 'Notes', content: { text: 'Only when asked for' } });
  routes.bus.publish('document.changed', { clientId, document });
  routes.bus.publish('job.changed', { clientId, kind: 'ingest', subjectId: document.id });
  routes.bus.publish('document.removed', { clientId, documentId: document.id });
  await settle();
  expect(told.toClient).toMatchObject([
    { name: 'document:changed', view: { document: { id: document.id, status: 'queued', progress: 0 } } },
    { name: 'document:removed', view: { documentId: document.id } },
  ]);
  expect(JSON.stringify(told.toClient)).not.toContain('Only when asked for');
  expect([told.toVisitor, told.toThread, told.toOther]).toEqual([[], [], []]);
});

test('a handoff reaches both sides, and tells the visitor no more than since when', async () => {
  const { acme, routes } = at.current;
  const { id, settle, told } = await everybody();
  const { clientId, handoffs } = acme.storage;
  const { conversation } = await handoffs.request({ conversationId: id, requestedBy: 'agent', reason: 'Angry' });
  routes.bus.publish('conversation.updated', { clientId, conversation });
  await settle();
  const requestedAt = conversation.handoff?.requestedAt;
  const name = 'conversation:updated';
  expect(told.toVisitor).toMatchObject([{ name, view: { conversation: { handoff: { requestedAt } } } }]);
  expect(JSON.stringify(told.toVisitor)).not.toContain('Angry');
  expect(told.toThread).toMatchObject([{ name, view: { conversation: { handoff: { reason: 'Angry' } } } }]);
});

test('a sighting of the tag reaches those who watch the client, and nobody else', async () => {
  const { acme, routes } = at.current;
  const { settle, told } = await everybody();
  const { clientId } = acme.storage;
  const install = { origin: 'https://a.example', firstSeenAt: '2026-01-01T00:00:00.000Z', lastSeenAt: 'x' };
  routes.bus.publish('widget.seen', { clientId, widgetId: acme.widget.id, ...install });
  await settle();
  expect(told.toClient).toEqual([{ name: 'widget:seen', view: { widgetId: acme.widget.id, install } }]);
  expect([told.toVisitor, told.toThread, told.toOther]).toEqual([[], [], []]);
});

test('a new conversation is told of with the name of its visitor', async () => {
  const { acme, routes } = at.current;
  const { id, settle, told } = await everybody();
  const conversation = (await acme.storage.conversations.find(id))!;
  routes.bus.publish('conversation.created', { clientId: acme.storage.clientId, conversation, visitorName: 'Ann' });
  await settle();
  expect(told.toClient).toMatchObject([
    { name: 'conversation:created', view: { conversation: { visitorName: 'Ann' } } },
  ]);
});
