import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256Hex } from '../../lib/secrets.ts';
import { createHttpWorld, type Founder, type HttpWorld } from '../../testing/http-world.ts';

let world: HttpWorld;
let owner: Founder;
beforeEach(async () => {
  world = await createHttpWorld();
  owner = await world.found();
});
afterEach(() => world.close());

const path = () => `/api/clients/${owner.clientId}/api-keys`;

test('a key is shown whole once and stored as a hash with a readable prefix', async () => {
  const answer = await owner.browser.post(path(), { name: 'Shop' });
  const { key, apiKey } = answer.body;
  expect(answer.status).toBe(201);
  expect(key).toMatch(/^ck_[\w-]{43}$/);
  expect(apiKey).toMatchObject({ name: 'Shop', prefix: key.slice(0, 11), lastUsedAt: null, revokedAt: null });
  const listed = await owner.browser.get(path());
  expect(listed.body).toEqual({ items: [apiKey], nextCursor: null });
  expect(JSON.stringify(listed.body)).not.toContain(sha256Hex(key));
  const stored = await world.deps.storage.forClient(owner.clientId).apiKeys.list();
  expect(stored).toMatchObject([{ keyHash: sha256Hex(key), createdBy: owner.userId }]);
  expect(JSON.stringify([stored, await world.auditOf(owner)])).not.toContain(key.slice(11));
});

test('making and revoking a key are recorded, without the key', async () => {
  const { apiKey, key } = (await owner.browser.post(path(), { name: 'Shop' })).body;
  const answer = await owner.browser.delete(`${path()}/${apiKey.id}`);
  expect(answer.status).toBe(204);
  const [revoked, created] = await world.auditOf(owner);
  expect(created).toMatchObject({ action: 'apiKey.created', targetId: apiKey.id, details: { name: 'Shop' } });
  expect(revoked).toMatchObject({
    action: 'apiKey.revoked',
    actorId: owner.userId,
    targetId: apiKey.id,
    details: { name: 'Shop' },
    requestId: answer.headers.get('x-request-id'),
  });
  expect(JSON.stringify([created, revoked])).not.toContain(key.slice(11));
  expect(world.events.at(-1)).toEqual({
    name: 'apiKey.revoked',
    event: { clientId: owner.clientId, apiKeyId: apiKey.id, keyHash: sha256Hex(key) },
  });
});

test('revoking again changes and records nothing', async () => {
  const { apiKey } = (await owner.browser.post(path(), { name: 'Shop' })).body;
  await owner.browser.delete(`${path()}/${apiKey.id}`);
  const before = (await owner.browser.get(path())).body;
  world.env.advance(60_000);
  expect((await owner.browser.delete(`${path()}/${apiKey.id}`)).status).toBe(204);
  expect((await owner.browser.get(path())).body).toEqual(before);
  expect(await world.auditOf(owner)).toHaveLength(3);
});

test('keys are listed newest first, revoked ones too, page by page', async () => {
  const made: string[] = [];
  for (const name of ['A', 'B', 'C']) {
    world.env.advance(1000);
    made.unshift((await owner.browser.post(path(), { name })).body.apiKey.id);
  }
  await owner.browser.delete(`${path()}/${made[1]}`);
  const first = (await owner.browser.get(`${path()}?limit=2`)).body;
  const second = (await owner.browser.get(`${path()}?limit=2&cursor=${first.nextCursor}`)).body;
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made);
  expect(first.items[1].revokedAt).not.toBeNull();
});

test('owners and admins deal in keys, agents do not see them', async () => {
  const [admin, agent] = [await world.join(owner, 'admin'), await world.join(owner, 'agent')];
  const { apiKey } = (await admin.browser.post(path(), { name: 'Shop' })).body;
  expect((await agent.browser.get(path())).status).toBe(403);
  expect((await agent.browser.post(path(), { name: 'Mine' })).status).toBe(403);
  expect((await agent.browser.delete(`${path()}/${apiKey.id}`)).status).toBe(403);
  expect((await admin.browser.delete(`${path()}/${apiKey.id}`)).status).toBe(204);
});
