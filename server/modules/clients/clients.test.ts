import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpWorld, type Founder, type HttpWorld } from '../../testing/http-world.ts';

let world: HttpWorld;
let owner: Founder;
beforeEach(async () => {
  world = await createHttpWorld();
  owner = await world.found();
});
afterEach(() => world.close());

const path = () => `/api/clients/${owner.clientId}`;

test('a signed-in user makes a further client and owns it', async () => {
  const answer = await owner.browser.post('/api/clients', { name: ' Second ' });
  expect([answer.status, answer.body.name]).toEqual([201, 'Second']);
  const { memberships } = (await owner.browser.get('/api/auth/me')).body;
  expect(memberships).toContainEqual({ clientId: answer.body.id, clientName: 'Second', role: 'owner' });
  expect(await world.auditOf({ clientId: answer.body.id } as Founder)).toMatchObject([
    { action: 'client.created', actorId: owner.userId, requestId: answer.headers.get('x-request-id') },
  ]);
});

test('a client is renamed, with an audit row that names the field', async () => {
  const answer = await owner.browser.patch(path(), { name: 'Acme & Sons' });
  expect(answer.body).toMatchObject({ id: owner.clientId, name: 'Acme & Sons' });
  expect((await owner.browser.get(path())).body).toEqual(answer.body);
  expect((await world.auditOf(owner))[0]).toMatchObject({
    action: 'client.updated',
    targetId: owner.clientId,
    details: { changed: ['name'] },
  });
});

test('renaming to the same name records nothing', async () => {
  const { name } = (await owner.browser.get(path())).body;
  for (const body of [{ name }, {}]) expect((await owner.browser.patch(path(), body)).status).toBe(200);
  expect(await world.auditOf(owner)).toHaveLength(1);
});

test('a client is removed only by its exact name', async () => {
  const { name } = (await owner.browser.get(path())).body;
  for (const confirmName of ['', name.toUpperCase(), `${name} `]) {
    const answer = await owner.browser.delete(path(), { confirmName });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '#/confirmName']);
  }
  expect((await owner.browser.get(path())).status).toBe(200);
  expect((await owner.browser.delete(path(), { confirmName: name })).status).toBe(204);
  expect((await owner.browser.get(path())).status).toBe(404);
  expect(world.events.at(-1)).toEqual({ name: 'client.removed', event: { clientId: owner.clientId } });
  expect((await owner.browser.get('/api/auth/me')).body.memberships).toEqual([]);
});

test('only owners remove a client, owners and admins rename it', async () => {
  const [admin, agent] = [await world.join(owner, 'admin'), await world.join(owner, 'agent')];
  const { name } = (await owner.browser.get(path())).body;
  for (const person of [admin, agent]) {
    expect((await person.browser.get(path())).status).toBe(200);
    expect((await person.browser.delete(path(), { confirmName: name })).status).toBe(403);
  }
  expect((await agent.browser.patch(path(), { name: 'Mine' })).status).toBe(403);
  expect((await admin.browser.patch(path(), { name: 'Ours' })).status).toBe(200);
});

test('the audit log is listed newest first, page by page, to owners and admins', async () => {
  const [admin, agent] = [await world.join(owner, 'admin'), await world.join(owner, 'agent')];
  for (const name of ['A', 'B', 'C']) await owner.browser.patch(path(), { name });
  const first = (await admin.browser.get(`${path()}/audit?limit=3`)).body;
  const second = (await admin.browser.get(`${path()}/audit?limit=3&cursor=${first.nextCursor}`)).body;
  const actions = [...first.items, ...second.items].map(({ action }: { action: string }) => action);
  expect(actions).toEqual(['client.updated', 'client.updated', 'client.updated', 'client.created']);
  expect(second.nextCursor).toBeNull();
  expect(Object.keys(first.items[0]).sort()).toEqual([
    'action',
    'actorId',
    'actorKind',
    'actorName',
    'createdAt',
    'details',
    'id',
    'targetId',
    'targetType',
  ]);
  expect((await agent.browser.get(`${path()}/audit`)).status).toBe(403);
  expect((await admin.browser.get(`${path()}/audit?cursor=bad`)).status).toBe(400);
});
