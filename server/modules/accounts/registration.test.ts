import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpWorld, goodPassword, type HttpWorld } from '../../testing/http-world.ts';
import { testConfig } from '../../testing/route-world.ts';

let open: HttpWorld;
let invited: HttpWorld;
beforeEach(async () => {
  open = await createHttpWorld();
  const { storage, passwords, sessionStore } = open.deps;
  invited = await createHttpWorld({
    storage,
    passwords,
    sessionStore,
    config: { ...testConfig, registration: 'invited' },
  });
});
afterEach(() => Promise.all([open.close(), invited.close()]));

const bob = { email: 'bob@example.com', name: 'Bob', password: goodPassword };
const register = (body: object) => invited.newBrowser().post('/api/auth/register', body);

test('where people are invited, who holds no invitation makes no account and no client', async () => {
  const refused = await register(bob);
  expect([refused.status, refused.body.type]).toEqual([403, '/problems#registration-closed']);
  expect(refused.headers.getSetCookie()).toEqual([]);
  expect((await register({ ...bob, invitationToken: 'made up' })).status).toBe(404);
  expect(await open.deps.storage.accounts.findUserByEmail(bob.email)).toBeUndefined();
});

test('where people are invited, who holds an invitation joins its client', async () => {
  const ann = await open.found();
  const made = await ann.browser.post(`/api/clients/${ann.clientId}/invitations`, { role: 'agent' });
  const invitationToken = made.body.link.split('#')[1];
  const joined = await register({ ...bob, invitationToken });
  expect([joined.status, joined.body.memberships]).toEqual([201, [expect.objectContaining({ role: 'agent' })]]);
  expect((await register({ ...bob, email: 'eve@example.com', invitationToken })).status).toBe(410);
});
