import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Mail } from '../../mail/mailer.ts';
import { createHttpWorld, type Founder, goodPassword, type HttpWorld } from '../../testing/http-world.ts';
import { testConfig } from '../../testing/route-world.ts';

let world: HttpWorld;
let ann: Founder;
let mails: Mail[];
let failing: boolean;
beforeEach(async () => {
  mails = [];
  failing = false;
  const mailer = {
    async send(mail: Mail) {
      if (failing) throw new Error('No mail today.');
      mails.push(mail);
    },
  };
  world = await createHttpWorld({ mailer, config: { ...testConfig, publicUrl: 'https://chat.example.com' } });
  ann = await world.found();
});
afterEach(() => world.close());

const newPassword = 'another horse battery';
const forgot = (email: string, headers = {}) =>
  world.newBrowser().post('/api/auth/password/forgot', { email }, headers);
const reset = (token: string, password = newPassword) =>
  world.newBrowser().post('/api/auth/password/reset', { token, newPassword: password });
const signIn = (password: string) => world.newBrowser().post('/api/auth/login', { email: ann.email, password });

async function tokenMailed(): Promise<string> {
  const before = mails.length;
  await forgot(ann.email);
  await expect.poll(() => mails.length).toBe(before + 1);
  return /reset-password#(\S+)/.exec(mails.at(-1)!.text)![1]!;
}

test('a mailed link gives a new password once, and every session of the user ends', async () => {
  const token = await tokenMailed();
  expect(mails[0]).toMatchObject({ to: ann.email });
  expect((await reset(token)).status).toBe(204);
  expect((await ann.browser.get('/api/auth/me')).status).toBe(401);
  expect(world.events.at(-1)).toEqual({ name: 'session.ended', event: { userId: ann.userId } });
  expect((await signIn(goodPassword)).status).toBe(401);
  expect((await signIn(newPassword)).status).toBe(200);
  const again = await reset(token, 'a third horse battery');
  expect([again.status, again.body.type]).toEqual([410, '/problems#gone']);
  expect((await world.auditOf(ann))[0]).toMatchObject({ action: 'user.passwordReset', targetId: ann.userId });
});

test('who is signing in with the old password at that moment is not let in', async () => {
  const token = await tokenMailed();
  const { passwords, sessionStore } = world.deps;
  const verify = passwords.verify.bind(passwords);
  passwords.verify = async (hash, password) => {
    passwords.verify = verify;
    const verified = await verify(hash, password);
    expect((await reset(token)).status).toBe(204);
    return verified;
  };
  const late = await signIn(goodPassword);
  expect([late.status, late.body.type]).toEqual([401, '/problems#wrong-credentials']);
  expect(late.headers.getSetCookie().join()).not.toMatch(/=s%3A/);
  expect(await sessionStore.sessionsOf(ann.userId)).toEqual([]);
});

test('a link leads where the operator says, whatever the request says about its host', async () => {
  await forgot(ann.email, { 'x-forwarded-host': 'evil.example' });
  await expect.poll(() => mails.length).toBe(1);
  expect(mails[0]!.text).toContain('https://chat.example.com/reset-password#');
  expect(mails[0]!.text).not.toContain('evil.example');
});

test('who asks for an unknown address is answered as for a known one, and when no mail can be sent', async () => {
  failing = true;
  const answers = [];
  for (const email of [ann.email, 'nobody@example.com']) {
    const { status, body } = await forgot(email);
    answers.push([status, body]);
  }
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]![0]).toBe(204);
  expect(mails).toEqual([]);
});

test('a link is worthless after an hour, and when a later one was sent', async () => {
  const first = await tokenMailed();
  const second = await tokenMailed();
  expect((await reset(first)).status).toBe(410);
  world.env.advance(60 * 60_000);
  expect((await reset(second)).status).toBe(410);
  expect((await signIn(goodPassword)).status).toBe(200);
});

test('a password that is too weak does not use the link up', async () => {
  const token = await tokenMailed();
  expect((await reset(token, 'short')).status).toBe(400);
  expect((await reset(token)).status).toBe(204);
});

test('a password that is guessed early does not use the link up, nor end a session', async () => {
  const token = await tokenMailed();
  const refused = await reset(token, 'qwertyuiop');
  expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '#/newPassword']);
  expect((await ann.browser.get('/api/auth/me')).status).toBe(200);
  expect((await reset(token)).status).toBe(204);
});

test('a stranger cannot fill somebody’s mailbox', async () => {
  for (let n = 0; n < 6; n++) expect((await forgot(ann.email)).status).toBe(204);
  await world.found();
  await expect.poll(() => mails.length).toBe(3);
});

test('tokens are stored as hashes only', async () => {
  const token = await tokenMailed();
  const { storage } = world.deps;
  expect(await storage.credentials.takeToken('passwordReset', token)).toBeUndefined();
});
