import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createHttpWorld, goodPassword, type HttpWorld } from '../testing/http-world.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { createRecordingPool, type RecordingPool } from '../testing/recording-pool.ts';
import { testConfig } from '../testing/route-world.ts';
import { secureSessionCookieName, sessionCookieName } from './session.ts';
import { createDatabaseSessionStore } from './session-store/database-session-store.ts';
import { createMemorySessionStore, type MemorySessionStore } from './session-store/memory-session-store.ts';

const log = pino({ level: 'silent' });
const worlds: HttpWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

async function open(given: Parameters<typeof createHttpWorld>[0]): Promise<HttpWorld> {
  const world = await createHttpWorld(given);
  worlds.push(world);
  return world;
}

let database: TestDatabase;
let pool: RecordingPool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createRecordingPool(database.url);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const inMemory = () => createMemorySessionStore();
const inPostgres = () => createDatabaseSessionStore({ pool, log });

/** A world like another after a restart: the same storage, the sessions that were kept. */
async function restart(world: HttpWorld): Promise<HttpWorld> {
  const { storage, sessionStore, passwords } = world.deps;
  if (!('entries' in sessionStore)) return open({ storage, passwords, sessionStore: inPostgres() });
  const next = inMemory();
  await next.restore((sessionStore as MemorySessionStore).entries());
  return open({ storage, passwords, sessionStore: next });
}

describe.each([
  ['in memory', inMemory],
  ['in Postgres', inPostgres],
])('a session %s', (_name, createStore) => {
  const start = () => open({ sessionStore: createStore() });

  test('is found with the others of its user, and where it began, without the whole address', async () => {
    const world = await start();
    const { userId, email } = await world.register();
    await world.register();
    const headers = { 'user-agent': 'Phone 1.0', 'x-test-address': '2001:db8:1:2::3' };
    await world.newBrowser().post('/api/auth/login', { email, password: goodPassword }, headers);
    const devices = (await world.deps.sessionStore.sessionsOf(userId)).map(({ sess }) => sess.device);
    const since = world.env.now().toISOString();
    expect(devices).toHaveLength(2);
    expect(devices).toContainEqual({ userAgent: 'Phone 1.0', address: '2001:db8:1::', since });
  });

  test('is carried by a signed cookie that scripts cannot read, for 30 days', async () => {
    const world = await start();
    const { email } = await world.register();
    const answer = await world.newBrowser().post('/api/auth/login', { email, password: goodPassword });
    const [cookie, ...more] = answer.headers.getSetCookie();
    expect(more).toEqual([]);
    expect(cookie).toMatch(/^confab\.sid=s%3A[\w-]{32}\./);
    expect(cookie).toMatch(/; Path=\/; .*; HttpOnly; SameSite=Lax$/);
    const expires = new Date(/Expires=([^;]+)/.exec(cookie!)![1]!).getTime();
    expect(Math.abs(expires - Date.now() - 30 * 24 * 3_600_000)).toBeLessThan(60_000);
  });

  test('leaves the cookie alone when nothing has changed', async () => {
    const { browser } = await (await start()).register();
    const answer = await browser.get('/api/auth/me');
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test('gets a new id at each sign-in, and the one before is worth nothing', async () => {
    const world = await start();
    const { browser, email } = await world.register();
    const before = world.newBrowser();
    before.cookies.set(sessionCookieName, browser.cookies.get(sessionCookieName)!);
    expect((await before.get('/api/auth/me')).status).toBe(200);
    await browser.post('/api/auth/login', { email, password: goodPassword });
    expect(browser.cookies.get(sessionCookieName)).not.toBe(before.cookies.get(sessionCookieName));
    expect((await browser.get('/api/auth/me')).status).toBe(200);
    expect((await before.get('/api/auth/me')).status).toBe(401);
  });

  test('cannot be planted: an id nobody was given is not taken on at sign-in', async () => {
    const world = await start();
    const { email } = await world.register();
    const stranger = world.newBrowser();
    stranger.cookies.set(sessionCookieName, 's%3Achosen-by-a-stranger.c2lnbmF0dXJl');
    await stranger.post('/api/auth/login', { email, password: goodPassword });
    expect(stranger.cookies.get(sessionCookieName)).not.toContain('chosen-by-a-stranger');
    expect((await stranger.get('/api/auth/me')).status).toBe(200);
  });

  test('survives a restart of the server', async () => {
    const world = await start();
    const { browser, userId } = await world.register();
    const next = (await restart(world)).newBrowser();
    next.cookies.set(sessionCookieName, browser.cookies.get(sessionCookieName)!);
    const answer = await next.get('/api/auth/me');
    expect([answer.status, answer.body.user?.id]).toEqual([200, userId]);
  });

  test('ends with signing out, and the cookie is taken back', async () => {
    const world = await start();
    const { browser, userId } = await world.register();
    const copy = world.newBrowser();
    copy.cookies.set(sessionCookieName, browser.cookies.get(sessionCookieName)!);
    const answer = await browser.post('/api/auth/logout');
    expect(answer.status).toBe(204);
    expect(browser.cookies.size).toBe(0);
    expect((await copy.get('/api/auth/me')).status).toBe(401);
    expect(world.events).toContainEqual({
      name: 'session.ended',
      event: { userId, sessionId: expect.stringMatching(/^[\w-]{32}$/) },
    });
  });

  test('is not needed for signing out', async () => {
    const browser = (await start()).newBrowser();
    const answer = await browser.post('/api/auth/logout');
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([204, []]);
  });

  test('is found by its cookie alone for a handshake, as long as it is there', async () => {
    const world = await start();
    const { browser, userId } = await world.register();
    const headers = { cookie: `theme=dark; ${browser.cookieHeader()}` };
    expect(await world.sessionLayer.sessionOf({ headers })).toEqual({ userId, sessionId: expect.any(String) });
    const forged = { cookie: headers.cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) };
    for (const other of [forged, {}, { cookie: 'confab.sid=s%3Aabc' }, { cookie: 'confab.sid=abc.def' }]) {
      expect(await world.sessionLayer.sessionOf({ headers: other })).toBeUndefined();
    }
    await browser.post('/api/auth/logout');
    expect(await world.sessionLayer.sessionOf({ headers })).toBeUndefined();
  });

  test('stays valid when a new secret is put before the one that signed it', async () => {
    const world = await start();
    const { browser } = await world.register();
    const { storage, passwords, sessionStore } = world.deps;
    const secrets = { ...world.deps.secrets, sessionSecrets: ['n'.repeat(32), ...world.deps.secrets.sessionSecrets] };
    const next = await open({ storage, passwords, sessionStore, secrets });
    const headers = { cookie: browser.cookieHeader() };
    expect(await next.sessionLayer.sessionOf({ headers })).toBeDefined();
    expect((await next.newBrowser().get('/api/auth/me', headers)).status).toBe(200);
  });

  test('is asked for again where only HTTPS may carry the cookie, and the reason is said', async () => {
    const config = { ...testConfig, cookieSecure: true, trustProxyHops: 1 };
    const world = await open({ sessionStore: createStore(), config });
    const { email, name } = { email: 'ann@example.com', name: 'Ann' };
    const plain = await world.newBrowser().post('/api/auth/register', { email, name, password: goodPassword });
    expect([plain.status, plain.body.detail]).toEqual([400, expect.stringContaining('TRUST_PROXY')]);
    const https = { 'x-forwarded-proto': 'https' };
    const secure = await world.newBrowser().post('/api/auth/login', { email, password: goodPassword }, https);
    expect(secure.status).toBe(200);
    expect(secure.headers.getSetCookie()[0]).toMatch(/; Secure/);
  });

  test('has a cookie for our host alone where only HTTPS may carry it, and goes on with one of the plain name', async () => {
    const before = await start();
    const { browser, userId } = await before.register();
    const config = { ...testConfig, cookieSecure: true, trustProxyHops: 1 };
    const { storage, passwords, sessionStore } = before.deps;
    const world = await open({ storage, passwords, sessionStore, config });
    const https = { 'x-forwarded-proto': 'https' };
    const plain = browser.cookies.get(sessionCookieName)!;
    const next = world.newBrowser();
    next.cookies.set(sessionCookieName, plain);
    const answer = await next.get('/api/auth/me', https);
    expect([answer.status, answer.body.user?.id]).toEqual([200, userId]);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-confab\.sid=.+; Path=\/; Expires=.+; HttpOnly; Secure; SameSite=Lax$/),
      expect.stringMatching(/^confab\.sid=; Path=\/; Expires=Thu, 01 Jan 1970/),
    ]);
    expect([...next.cookies]).toEqual([[secureSessionCookieName, plain]]);
    expect((await next.get('/api/auth/me', https)).headers.getSetCookie()).toEqual([]);
    expect(await world.sessionLayer.sessionOf({ headers: { cookie: next.cookieHeader() } })).toMatchObject({ userId });
    expect((await next.post('/api/auth/logout', undefined, https)).status).toBe(204);
    expect(next.cookies.size).toBe(0);
  });

  test('is not taken from a cookie of the plain name when it got one for our host alone', async () => {
    const config = { ...testConfig, cookieSecure: true, trustProxyHops: 1 };
    const world = await open({ sessionStore: createStore(), config });
    const https = { 'x-forwarded-proto': 'https' };
    const eve = { email: 'eve@example.com', name: 'Eve', password: goodPassword };
    const signedIn = await world.newBrowser().post('/api/auth/register', eve, https);
    const [, value] = /^__Host-confab\.sid=([^;]+)/.exec(signedIn.headers.getSetCookie()[0]!)!;
    const planted = { cookie: `${sessionCookieName}=${value}` };
    const victim = await world.newBrowser().get('/api/auth/me', { ...https, ...planted });
    expect([victim.status, victim.headers.getSetCookie()]).toEqual([401, []]);
    expect(await world.sessionLayer.sessionOf({ headers: planted })).toBeUndefined();
    const own = { cookie: `${secureSessionCookieName}=${value}` };
    expect(await world.sessionLayer.sessionOf({ headers: own })).toBeDefined();
    expect((await world.newBrowser().get('/api/auth/me', { ...https, ...own })).status).toBe(200);
  });

  test('ends 90 days after its person signed in, however much it is used', async () => {
    const world = await start();
    const { browser, email } = await world.register();
    const headers = { cookie: browser.cookieHeader() };
    world.env.advance(90 * 24 * 3_600_000 - 1);
    expect((await browser.get('/api/auth/me')).status).toBe(200);
    expect(await world.sessionLayer.sessionOf({ headers })).toBeDefined();
    world.env.advance(1);
    expect(await world.sessionLayer.sessionOf({ headers })).toBeUndefined();
    expect((await browser.get('/api/auth/me')).status).toBe(401);
    expect((await browser.post('/api/auth/login', { email, password: goodPassword })).status).toBe(200);
    expect((await browser.get('/api/auth/me')).status).toBe(200);
  });
});

describe('in Postgres', () => {
  const rowCount = async () => (await pool.query('SELECT FROM session')).rowCount;

  test('a signed-in request at rest runs no statement for its session', async () => {
    const { browser } = await (await open({ sessionStore: inPostgres() })).register();
    await browser.get('/api/auth/me');
    pool.statements.length = 0;
    for (let n = 0; n < 50; n++) expect((await browser.get('/api/auth/me')).status).toBe(200);
    expect(pool.statements).toEqual([]);
  });

  test('signing in writes one row with one statement', async () => {
    const world = await open({ sessionStore: inPostgres() });
    const { email } = await world.register();
    const before = await rowCount();
    pool.statements.length = 0;
    await world.newBrowser().post('/api/auth/login', { email, password: goodPassword });
    expect(pool.statements.filter((statement) => statement.startsWith('INSERT'))).toHaveLength(1);
    expect(pool.statements.length).toBeLessThanOrEqual(2);
    expect(await rowCount()).toBe(before! + 1);
  });

  test('a request without a session makes no row and runs no statement', async () => {
    const world = await open({ sessionStore: inPostgres() });
    const stranger = world.newBrowser();
    pool.statements.length = 0;
    await stranger.get('/api/auth/me');
    await stranger.post('/api/auth/logout');
    await stranger.post('/api/auth/invitations/look-up', { token: 'unknown' });
    await stranger.post('/api/auth/login', { email: 'nobody@example.com', password: 'wrong' });
    expect(stranger.cookies.size).toBe(0);
    expect(pool.statements).toEqual([]);
  });

  test.each(['login', 'register'])('%s without the store is answered 503 and leaves no half session', async (path) => {
    const world = await open({ sessionStore: inPostgres() });
    const known = await world.register();
    const email = path === 'login' ? known.email : 'new@example.com';
    const browser = world.newBrowser();
    const before = await rowCount();
    pool.down = true;
    const answer = await browser.post(`/api/auth/${path}`, { email, name: 'Ann', password: goodPassword });
    pool.down = false;
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(browser.cookies.size).toBe(0);
    expect(await rowCount()).toBe(before);
    expect((await browser.post('/api/auth/login', { email, password: goodPassword })).status).toBe(200);
  });

  test('a store that fails between the answer and its end cannot make a session either', async () => {
    const world = await open({ sessionStore: inPostgres() });
    const { email } = await world.register();
    const before = await rowCount();
    // Down for the deletion of the old session and back for whatever is saved when the answer ends.
    const { query } = pool;
    let calls = 0;
    pool.query = ((...all: Parameters<typeof query>) =>
      ++calls === 1 ? Promise.reject(new Error('broken off')) : query(...all)) as typeof query;
    const browser = world.newBrowser();
    const answer = await browser.post('/api/auth/login', { email, password: goodPassword });
    pool.query = query;
    expect([answer.status, browser.cookies.size]).toEqual([503, 0]);
    expect(await rowCount()).toBe(before);
  });

  test('a signed-in request without the store is answered 503, not as a stranger’s', async () => {
    const world = await open({ sessionStore: inPostgres() });
    const { browser } = await world.register();
    const next = (await restart(world)).newBrowser();
    next.cookies.set(sessionCookieName, browser.cookies.get(sessionCookieName)!);
    pool.down = true;
    const answer = await next.get('/api/auth/me');
    pool.down = false;
    expect(answer.status).toBe(503);
    expect((await next.get('/api/auth/me')).status).toBe(200);
  });
});
