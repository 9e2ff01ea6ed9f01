import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpWorld, type Founder, type HttpWorld } from '../../testing/http-world.ts';

let world: HttpWorld;
let owner: Founder;
let widgetPath: string;
beforeEach(async () => {
  world = await createHttpWorld();
  owner = await world.found();
  const { body } = await owner.browser.post(`/api/clients/${owner.clientId}/widgets`, { name: 'Help' });
  widgetPath = `/api/clients/${owner.clientId}/widgets/${body.id}`;
});
afterEach(() => world.close());

const secretPath = () => `${widgetPath}/identity-secret`;
const actions = async () => (await world.auditOf(owner)).map(({ action }) => action);

test('a secret is shown when it is made, stored sealed and shown never again, and the widget says since when there is one', async () => {
  const { status, body } = await owner.browser.post(secretPath());
  expect(status).toBe(201);
  const createdAt = world.env.now().toISOString();
  expect(body).toEqual({ secret: expect.stringMatching(/^wis_[\w-]{43}$/), createdAt });
  for (const path of [widgetPath, `/api/clients/${owner.clientId}/widgets`]) {
    const answer = JSON.stringify((await owner.browser.get(path)).body);
    expect(answer).toContain(`"identitySecretAt":"${createdAt}"`);
    expect(answer).not.toContain(body.secret);
  }
  const stored = await world.deps.storage.forClient(owner.clientId).identities.list();
  expect(JSON.stringify(stored)).not.toContain(body.secret);
  expect((await actions())[0]).toBe('widget.identitySecretMade');
  expect(JSON.stringify(await world.auditOf(owner))).not.toContain(body.secret);
});

test('a new secret takes the place of the one before, with a clean record', async () => {
  const { body: first } = await owner.browser.post(secretPath());
  const { identities, widgets } = world.deps.storage.forClient(owner.clientId);
  const id = (await widgets.list())[0]!.id;
  await identities.noteFailure(id, 'It has expired.');
  const failure = { reason: 'It has expired.', at: world.env.now().toISOString() };
  expect((await owner.browser.get(widgetPath)).body.identityFailure).toEqual(failure);
  const { body: second } = await owner.browser.post(secretPath());
  expect(second.secret).not.toBe(first.secret);
  expect((await owner.browser.get(widgetPath)).body.identityFailure).toBeNull();
  expect((await actions())[0]).toBe('widget.identitySecretRotated');
});

test('a secret can be removed, and removing none is harmless and not recorded', async () => {
  await owner.browser.post(secretPath());
  const before = (await actions()).length;
  for (let time = 0; time < 2; time++) expect((await owner.browser.delete(secretPath())).status).toBe(204);
  expect((await owner.browser.get(widgetPath)).body.identitySecretAt).toBeNull();
  expect(await actions()).toHaveLength(before + 1);
  expect((await actions())[0]).toBe('widget.identitySecretRemoved');
});

test('agents can neither make nor remove one', async () => {
  const agent = await world.join(owner, 'agent');
  expect((await agent.browser.post(secretPath())).status).toBe(403);
  expect((await agent.browser.delete(secretPath())).status).toBe(403);
});
