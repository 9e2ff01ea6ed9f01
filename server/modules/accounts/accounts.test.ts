import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHttpWorld, type Founder, goodPassword, type HttpWorld } from '../../testing/http-world.ts';

let world: HttpWorld;
beforeEach(async () => {
  world = await createHttpWorld();
});
afterEach(() => world.close());

const wrong = 'not the password';

function signIn(email: string, password: string, address = '192.0.2.1') {
  return world.newBrowser().post('/api/auth/login', { email, password }, { 'x-test-address': address });
}

describe('registering', () => {
  test('makes a user who is signed in and owns a client of their own', async () => {
    const browser = world.newBrowser();
    const body = { email: ' Ann@Example.com ', name: 'Ann', password: goodPassword, clientName: 'Acme' };
    const answer = await browser.post('/api/auth/register', body);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      user: {
        id: expect.any(String),
        email: 'ann@example.com',
        name: 'Ann',
        info: {},
        createdAt: world.env.now().toISOString(),
      },
      memberships: [{ clientId: expect.any(String), clientName: 'Acme', role: 'owner' }],
    });
    expect((await browser.get('/api/auth/me')).body).toEqual(answer.body);
    const [{ clientId }] = answer.body.memberships;
    expect(world.events).toContainEqual({
      name: 'membership.changed',
      event: { clientId, userId: answer.body.user.id },
    });
    expect(await world.auditOf({ clientId } as Founder)).toMatchObject([
      { action: 'client.created', actorName: 'Ann', targetType: 'client', targetId: clientId },
    ]);
  });

  test('names the client after the person when no name is given', async () => {
    const { browser } = await world.register({ name: 'Ann' });
    expect((await browser.get('/api/auth/me')).body.memberships[0].clientName).toBe('Ann');
  });

  test('is refused for an address that is taken, in whatever letter case, and nothing is left of it', async () => {
    const { email } = await world.register();
    const browser = world.newBrowser();
    const body = { email: email.toUpperCase(), name: 'Bob', password: goodPassword };
    expect((await browser.post('/api/auth/register', body)).status).toBe(409);
    expect(browser.cookies.size).toBe(0);
  });

  test('lists every fault at once', async () => {
    const answer = await world.newBrowser().post('/api/auth/register', { email: 'ann', name: ' ', password: 'short' });
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '#/email',
      '#/name',
      '#/password',
    ]);
  });

  test('is refused to a page of another origin', async () => {
    const body = { email: 'ann@example.com', name: 'Ann', password: goodPassword };
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await world.newBrowser().post('/api/auth/register', body, headers as Record<string, string>);
      expect([answer.status, answer.body.type]).toEqual([403, '/problems#origin-refused']);
    }
  });
});

describe('signing in', () => {
  test('takes the address in any letter case', async () => {
    const { email, userId } = await world.register();
    const answer = await signIn(` ${email.toUpperCase()}`, goodPassword);
    expect([answer.status, answer.body.user.id]).toEqual([200, userId]);
  });

  test('answers an unknown address as it answers a wrong password, after the same work', async () => {
    const { email } = await world.register();
    const answers = [];
    for (const address of [email, 'nobody@example.com']) {
      world.passwords.verified = 0;
      const { status, body } = await signIn(address, wrong);
      answers.push({ status, body: { ...body, requestId: '' }, verified: world.passwords.verified });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ status: 401, verified: 1, body: { type: '/problems#wrong-credentials' } });
  });

  test('takes no empty password', async () => {
    const { email } = await world.register();
    expect((await signIn(email, '')).status).toBe(401);
  });

  test('is slowed down after five failures, there and for that account alone', async () => {
    const { email } = await world.register();
    const other = await world.register();
    for (let n = 0; n < 5; n++) expect((await signIn(email, wrong)).status).toBe(401);
    const refused = await signIn(email, goodPassword);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(refused.body.type).toBe('/problems#too-many-requests');
    expect((await signIn(email, goodPassword, '198.51.100.7')).status).toBe(200);
    expect((await signIn(other.email, goodPassword)).status).toBe(200);
    world.env.advance(1000);
    expect((await signIn(email, goodPassword)).status).toBe(200);
  });

  test('renews a hash that was made the old way, and only then', async () => {
    const { email, userId } = await world.register();
    const hash = async () => (await world.deps.storage.accounts.findUser(userId))!.passwordHash;
    const before = await hash();
    await signIn(email, goodPassword);
    expect(await hash()).toBe(before);
    world.passwords.outdated = true;
    await signIn(email, wrong);
    expect(await hash()).toBe(before);
    expect((await signIn(email, goodPassword)).status).toBe(200);
    expect(await hash()).not.toBe(before);
    expect((await signIn(email, goodPassword)).status).toBe(200);
  });

  test('does not bring an old password back that was changed at the same moment', async () => {
    const { email, userId } = await world.register();
    world.passwords.outdated = true;
    world.passwords.hash = async (password) => {
      await world.deps.storage.accounts.updateUser(userId, { passwordHash: 'counted:changed meanwhile' });
      return `counted:${password}`;
    };
    expect((await signIn(email, goodPassword)).status).toBe(401);
    expect((await world.deps.storage.accounts.findUser(userId))?.passwordHash).toBe('counted:changed meanwhile');
    expect((await signIn(email, 'changed meanwhile')).status).toBe(200);
  });

  test('over somebody else’s session ends that one', async () => {
    const [ann, bob] = [await world.register(), await world.register()];
    await ann.browser.post('/api/auth/login', { email: bob.email, password: goodPassword });
    expect((await ann.browser.get('/api/auth/me')).body.user.id).toBe(bob.userId);
    expect(world.events.at(-1)).toEqual({
      name: 'session.ended',
      event: { userId: ann.userId, sessionId: expect.any(String) },
    });
  });
});

describe('a profile', () => {
  test('takes a new name and free-form info, with an audit row in each client of the user', async () => {
    const [ann, bob] = [await world.found(), await world.found()];
    await world.deps.storage.forClient(bob.clientId).members.add({ userId: ann.userId, role: 'agent' });
    const answer = await ann.browser.patch('/api/auth/me', { name: 'Anna', info: { team: 'support' } });
    expect(answer.body.user).toMatchObject({ name: 'Anna', info: { team: 'support' } });
    expect((await ann.browser.get('/api/auth/me')).body).toEqual(answer.body);
    for (const client of [ann, bob]) {
      expect((await world.auditOf(client))[0]).toMatchObject({
        action: 'user.updated',
        actorId: ann.userId,
        targetId: ann.userId,
        details: { changed: ['name', 'info'] },
        requestId: answer.headers.get('x-request-id'),
      });
    }
  });

  test('takes nothing but what may be changed of it', async () => {
    const { browser, userId, email } = await world.register();
    const more = { id: '019b0000-0000-7abc-8def-7fffffffffff', email: 'other@example.com', passwordHash: 'x' };
    const answer = await browser.patch('/api/auth/me', { name: 'Anna', ...more });
    expect([answer.status, answer.body.user]).toMatchObject([200, { id: userId, email, name: 'Anna' }]);
    expect(await world.deps.storage.accounts.findUserByEmail('other@example.com')).toBeUndefined();
    expect((await signIn(email, goodPassword)).status).toBe(200);
  });

  test('is left alone, and nothing recorded, when nothing differs', async () => {
    const ann = await world.found();
    const { name } = (await ann.browser.get('/api/auth/me')).body.user;
    expect((await ann.browser.patch('/api/auth/me', { name, info: {} })).status).toBe(200);
    expect((await ann.browser.patch('/api/auth/me', {})).status).toBe(200);
    expect(await world.auditOf(ann)).toHaveLength(1);
  });
});

describe('changing the password', () => {
  const newPassword = 'another good one';

  test('ends every other session of the user and none of anybody else', async () => {
    const [ann, bob] = [await world.found(), await world.register()];
    const elsewhere = world.newBrowser();
    await elsewhere.post('/api/auth/login', { email: ann.email, password: goodPassword });
    const body = { currentPassword: goodPassword, newPassword };
    expect((await ann.browser.post('/api/auth/password', body)).status).toBe(204);
    expect((await elsewhere.get('/api/auth/me')).status).toBe(401);
    expect((await ann.browser.get('/api/auth/me')).status).toBe(200);
    expect((await bob.browser.get('/api/auth/me')).status).toBe(200);
    expect(world.events.filter(({ name }) => name === 'session.ended')).toHaveLength(1);
    expect((await signIn(ann.email, goodPassword)).status).toBe(401);
    expect((await signIn(ann.email, newPassword)).status).toBe(200);
    const [row] = await world.auditOf(ann);
    expect(row).toMatchObject({ action: 'user.passwordChanged', targetId: ann.userId, details: {} });
  });

  test('needs the current one, and guessing it is slowed down', async () => {
    const { browser, email } = await world.register();
    const body = { currentPassword: wrong, newPassword };
    const answer = await browser.post('/api/auth/password', body);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '#/currentPassword']);
    for (let n = 0; n < 4; n++) await browser.post('/api/auth/password', body);
    expect((await browser.post('/api/auth/password', body)).status).toBe(429);
    expect((await signIn(email, goodPassword)).status).toBe(200);
  });
});

test('every endpoint of the own account asks a stranger to sign in', async () => {
  const stranger = world.newBrowser();
  for (const [method, path, body] of [
    ['GET', '/api/auth/me', undefined],
    ['PATCH', '/api/auth/me', { name: 'Ann' }],
    ['POST', '/api/auth/password', { currentPassword: wrong, newPassword: goodPassword }],
    ['POST', '/api/auth/invitations/accept', { token: 'x' }],
    ['POST', '/api/clients', { name: 'Acme' }],
  ] as const) {
    const answer = await stranger.request(method, path, body);
    expect([path, answer.status, answer.body.type]).toEqual([path, 401, '/problems#not-signed-in']);
  }
});
