import { afterEach, beforeEach, expect, test } from 'vitest';
import { randomToken, sha256Hex } from '../../lib/secrets.ts';
import { stepAt, totpCode } from '../../lib/totp.ts';
import { createHttpWorld, type Founder, goodPassword, type HttpWorld } from '../../testing/http-world.ts';

let world: HttpWorld;
let ann: Founder;
beforeEach(async () => {
  world = await createHttpWorld();
  ann = await world.found();
});
afterEach(() => world.close());

const password = goodPassword;
const begin = (body: object = { password }) => ann.browser.post('/api/auth/second-factor', body);
const confirm = (code: string) => ann.browser.post('/api/auth/second-factor/confirm', { code });
const signIn = (code?: string, address = '192.0.2.1') =>
  world.newBrowser().post('/api/auth/login', { email: ann.email, password, code }, { 'x-test-address': address });

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
function codeOf(key: string, stepsAhead = 0): string {
  const bits = [...key].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from(bits.match(/.{8}/g)!.map((eight) => Number.parseInt(eight, 2)));
  return totpCode(bytes, stepAt(world.env.now()) + stepsAhead);
}

/** Sets a second factor up; answers its key and the recovery codes. */
async function setUp(): Promise<{ key: string; recoveryCodes: string[] }> {
  const { key } = (await begin()).body;
  const { recoveryCodes } = (await confirm(codeOf(key))).body;
  world.env.advance(60_000);
  return { key, recoveryCodes };
}

test('signing in needs a code of the app once it is confirmed, and not before', async () => {
  const { body } = await begin();
  expect(body.qrSvg).toMatch(/^<svg /);
  expect((await signIn()).status).toBe(200);
  expect((await confirm(codeOf(body.key))).status).toBe(200);
  world.env.advance(60_000);
  const refused = await signIn();
  expect([refused.status, refused.body.type]).toEqual([401, '/problems#second-factor-needed']);
  expect(refused.headers.getSetCookie()).toEqual([]);
  expect((await signIn(codeOf(body.key))).status).toBe(200);
  expect((await world.auditOf(ann))[0]).toMatchObject({ action: 'user.secondFactorSet' });
});

test('a wrong password is told before a code is asked for', async () => {
  await setUp();
  const answer = await world.newBrowser().post('/api/auth/login', { email: ann.email, password: 'not it' });
  expect(answer.body.type).toBe('/problems#wrong-credentials');
});

test('a code works once, also for whoever looked over the shoulder', async () => {
  const { key } = await setUp();
  const code = codeOf(key);
  expect((await signIn(code)).status).toBe(200);
  expect((await signIn(code)).status).toBe(401);
});

test('guessing codes is slowed down whatever address the guesses come from', async () => {
  await setUp();
  const statuses = [];
  for (let n = 0; n < 7; n++) statuses.push((await signIn('000000', `198.51.100.${n}`)).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
});

test('each recovery code stands in for the app once', async () => {
  const { recoveryCodes } = await setUp();
  expect(new Set(recoveryCodes).size).toBe(10);
  expect((await signIn(recoveryCodes[0]!.toUpperCase())).status).toBe(200);
  expect((await signIn(recoveryCodes[0])).status).toBe(401);
  expect((await ann.browser.get('/api/auth/second-factor')).body).toEqual({ isOn: true, recoveryCodesLeft: 9 });
});

test('a code of a second factor that is asked for gets nobody new recovery codes', async () => {
  const { key, recoveryCodes } = await setUp();
  const before = await world.deps.storage.credentials.findSecondFactor(ann.userId);
  for (const code of [codeOf(key), recoveryCodes[0]!]) {
    const refused = await confirm(code);
    expect([refused.status, refused.body.type]).toEqual([409, '/problems#conflict']);
  }
  expect(await world.deps.storage.credentials.findSecondFactor(ann.userId)).toEqual(before);
});

test('neither the key nor a recovery code is readable in storage', async () => {
  const { key, recoveryCodes } = await setUp();
  const stored = JSON.stringify(await world.deps.storage.credentials.findSecondFactor(ann.userId));
  for (const secret of [key, ...recoveryCodes]) expect(stored).not.toContain(secret);
});

test('a recovery code has 120 random bits, as what is kept under a fast hash needs', async () => {
  const { recoveryCodes } = await setUp();
  for (const code of recoveryCodes) expect(code).toMatch(/^([a-z2-7]{4}-){5}[a-z2-7]{4}$/);
  expect(new Set(recoveryCodes.join('').replaceAll('-', '').match(/.{4}/g)).size).toBeGreaterThan(55);
});

test('setting it up and removing it need the password', async () => {
  expect((await begin({ password: 'not it' })).body.errors[0].pointer).toBe('#/password');
  await setUp();
  const remove = (given: string) => ann.browser.post('/api/auth/second-factor/remove', { password: given });
  expect((await remove('not it')).status).toBe(400);
  expect((await signIn()).status).toBe(401);
  expect((await remove(password)).status).toBe(204);
  expect((await signIn()).status).toBe(200);
});

test('one that is confirmed cannot be replaced without removing it first', async () => {
  const { key } = await setUp();
  expect((await begin()).status).toBe(409);
  expect((await signIn(codeOf(key))).status).toBe(200);
});

test('a wrong code confirms nothing', async () => {
  await begin();
  expect((await confirm('000000')).status).toBe(400);
  expect((await signIn()).status).toBe(200);
});

test('it survives a new password by mail', async () => {
  await setUp();
  const token = randomToken(32);
  const expiresAt = new Date(world.env.now().getTime() + 60_000);
  const mailed = { userId: ann.userId, purpose: 'passwordReset', tokenHash: sha256Hex(token), expiresAt } as const;
  await world.deps.storage.credentials.setToken(mailed);
  const newPassword = 'another horse battery';
  expect((await world.newBrowser().post('/api/auth/password/reset', { token, newPassword })).status).toBe(204);
  const answer = await world.newBrowser().post('/api/auth/login', { email: ann.email, password: newPassword });
  expect([answer.status, answer.body.type]).toEqual([401, '/problems#second-factor-needed']);
});
