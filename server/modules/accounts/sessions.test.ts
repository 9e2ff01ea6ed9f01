import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHttpWorld, type Founder, goodPassword, type HttpWorld } from '../../testing/http-world.ts';

let world: HttpWorld;
let ann: Founder;
beforeEach(async () => {
  world = await createHttpWorld();
  ann = await world.found();
});
afterEach(() => world.close());

async function signInElsewhere(email = ann.email) {
  const browser = world.newBrowser();
  const headers = { 'user-agent': 'Phone 1.0', 'x-test-address': '198.51.100.77' };
  await browser.post('/api/auth/login', { email, password: goodPassword }, headers);
  return browser;
}

describe('the list of sessions', () => {
  test('says of each session of the user where and when it began, with the address masked', async () => {
    await world.found();
    world.env.advance(1000);
    await signInElsewhere();
    const { sessions } = (await ann.browser.get('/api/auth/sessions')).body;
    expect(sessions).toHaveLength(2);
    expect(sessions.filter(({ isCurrent }: { isCurrent: boolean }) => isCurrent)).toHaveLength(1);
    expect(sessions.find(({ isCurrent }: { isCurrent: boolean }) => !isCurrent)).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      isCurrent: false,
      signedInAt: world.env.now().toISOString(),
      lastUsedAt: expect.any(String),
      userAgent: 'Phone 1.0',
      address: '198.51.100.x',
    });
  });

  test('does not tell what is in a cookie', async () => {
    const { body } = await ann.browser.get('/api/auth/sessions');
    const [entry] = await world.deps.sessionStore.sessionsOf(ann.userId);
    expect(JSON.stringify(body)).not.toContain(entry!.sid);
  });
});

describe('signing out', () => {
  const idOfOther = async (of: Founder) =>
    (await of.browser.get('/api/auth/sessions')).body.sessions.find((one: { isCurrent: boolean }) => !one.isCurrent).id;

  test('of one session ends that one, and its sockets are told', async () => {
    const [elsewhere, third] = [await signInElsewhere(), await world.register()];
    const id = await idOfOther(ann);
    expect((await ann.browser.request('DELETE', `/api/auth/sessions/${id}`)).status).toBe(204);
    expect((await elsewhere.get('/api/auth/me')).status).toBe(401);
    for (const { browser } of [ann, third]) expect((await browser.get('/api/auth/me')).status).toBe(200);
    expect(world.events.at(-1)).toEqual({
      name: 'session.ended',
      event: { userId: ann.userId, sessionId: expect.any(String) },
    });
    expect((await ann.browser.request('DELETE', `/api/auth/sessions/${id}`)).status).toBe(404);
  });

  test('everywhere else leaves this session alone', async () => {
    const elsewhere = [await signInElsewhere(), await signInElsewhere()];
    expect((await ann.browser.request('DELETE', '/api/auth/sessions')).status).toBe(204);
    for (const browser of elsewhere) expect((await browser.get('/api/auth/me')).status).toBe(401);
    expect((await ann.browser.get('/api/auth/me')).status).toBe(200);
  });

  test('does not reach somebody else’s session', async () => {
    const bob = await world.found();
    const elsewhere = await signInElsewhere(bob.email);
    const id = await idOfOther(bob);
    expect((await ann.browser.request('DELETE', `/api/auth/sessions/${id}`)).status).toBe(404);
    expect((await elsewhere.get('/api/auth/me')).status).toBe(200);
  });
});
