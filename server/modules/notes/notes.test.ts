import { beforeEach, expect, test } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import { addConversation, addMember, strangeId } from '../../storage/conformance/worlds.ts';
import { type Answered, createRouteWorld, type RouteWorld, type Sent, type Tenant } from '../../testing/route-world.ts';
import { notesRoutes } from './notes.routes.ts';

let world: RouteWorld;
let acme: Tenant;
let conversationId: string;
let call: (name: string, sent?: Sent) => Promise<Answered>;

beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant();
  conversationId = (await addConversation(acme.storage)).id;
  call = (name, { params, ...sent } = {}) =>
    world.call(notesRoutes(world.deps), name, {
      as: { user: acme.agent },
      params: { clientId: acme.storage.clientId, conversationId, ...params },
      ...sent,
    });
});

const eventNames = () => world.events.map(({ name }) => name);
const leave = (content = 'Remember', as?: Sent['as']) => call('createNote', { body: { content }, ...(as && { as }) });

test('a note is kept beside the thread under the agent’s name, and leaves the conversation as it is', async () => {
  await acme.storage.messages.append({ conversationId, role: 'user', content: 'Hi' });
  const before = await acme.storage.conversations.find(conversationId);
  const { status, body } = await call('createNote', {
    body: { content: ' as\nwritten ', authorId: acme.owner.id, authorName: 'Boss' },
  });
  expect(status).toBe(201);
  expect(body).toEqual({
    id: expect.any(String),
    conversationId,
    authorId: acme.agent.id,
    authorName: acme.agent.name,
    content: ' as\nwritten ',
    afterSequence: 1,
    createdAt: world.env.now().toISOString(),
  });
  expect((await call('listNotes')).body).toEqual({ items: [body], nextCursor: null });
  expect(await acme.storage.conversations.find(conversationId)).toEqual(before);
  expect(eventNames()).toEqual(['note.created']);
});

test('notes are listed earliest first, page by page', async () => {
  for (const content of ['1', '2', '3']) await leave(content);
  const first = await call('listNotes', { query: 'limit=2' });
  const second = await call('listNotes', { query: `limit=2&cursor=${first.body.nextCursor}` });
  const contents = [...first.body.items, ...second.body.items].map(({ content }) => content);
  expect(contents).toEqual(['1', '2', '3']);
  expect(second.body.nextCursor).toBeNull();
});

test('an empty note and one that is too long are refused', async () => {
  expect((await leave('  \n')).body.errors).toEqual([{ pointer: '#/content', detail: 'Must not be empty.' }]);
  expect((await leave('x'.repeat(limits.noteCharsMax + 1))).status).toBe(400);
  expect((await leave('x'.repeat(limits.noteCharsMax))).status).toBe(201);
});

test('a note is removed by its author, an admin or an owner, with an audit row that does not repeat it', async () => {
  const colleague = await addMember(world.storage, acme.storage, 'agent');
  const admin = await addMember(world.storage, acme.storage, 'admin');
  for (const [user, status] of [
    [colleague, 403],
    [acme.agent, 204],
    [admin, 204],
    [acme.owner, 204],
  ] as const) {
    const { id: noteId } = (await leave('secret words')).body;
    const answer = await call('deleteNote', { as: { user }, params: { noteId } });
    expect([user.id, answer.status]).toEqual([user.id, status]);
    const ids = (await call('listNotes')).body.items.map(({ id }: { id: string }) => id);
    expect(ids.includes(noteId)).toBe(status === 403);
  }
  const rows = (await acme.storage.audit.list({ limit: 10 })).items;
  expect(rows.map(({ action }) => action)).toEqual(['note.deleted', 'note.deleted', 'note.deleted']);
  expect(JSON.stringify(rows)).not.toContain('secret words');
  expect(eventNames().filter((name) => name === 'note.removed')).toHaveLength(3);
});

test('notes of an unknown conversation, and of another one, are not found', async () => {
  const { id: noteId } = (await leave()).body;
  const other = await addConversation(acme.storage);
  expect((await call('listNotes', { params: { conversationId: strangeId() } })).status).toBe(404);
  expect((await call('createNote', { params: { conversationId: strangeId() }, body: { content: 'x' } })).status).toBe(
    404,
  );
  expect((await call('deleteNote', { params: { conversationId: other.id, noteId } })).status).toBe(404);
  expect((await call('listNotes', { params: { conversationId: other.id } })).body.items).toEqual([]);
});
