import { afterEach, beforeEach, expect, test } from 'vitest';
import { stepAt, totpCode } from '../../lib/totp.ts';
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
const changePassword = () => ann.browser.post('/api/auth/password', { currentPassword: goodPassword, newPassword });

test('the owner of an account is told by mail of a new password, with where to get another', async () => {
  expect((await changePassword()).status).toBe(204);
  expect(mails).toEqual([{ to: ann.email, subject: expect.stringContaining('changed'), text: expect.any(String) }]);
  expect(mails[0]!.text).toMatch(/password .* was changed/);
  expect(mails[0]!.text).toContain('https://chat.example.com/forgot-password');
  expect(mails[0]!.text).not.toContain(newPassword);
});

test('the owner of an account is told by mail of a new password that a link gave', async () => {
  await world.newBrowser().post('/api/auth/password/forgot', { email: ann.email });
  await expect.poll(() => mails.length).toBe(1);
  const token = /reset-password#(\S+)/.exec(mails[0]!.text)![1]!;
  await world.newBrowser().post('/api/auth/password/reset', { token, newPassword });
  expect(mails.map(({ to }) => to)).toEqual([ann.email, ann.email]);
  expect(mails[1]!.text).toMatch(/given a new password/);
});

test('the owner of an account is told by mail when the second factor comes and goes', async () => {
  const { body } = await ann.browser.post('/api/auth/second-factor', { password: goodPassword });
  const key = Buffer.from(base32Decoded(body.key));
  await ann.browser.post('/api/auth/second-factor/confirm', { code: totpCode(key, stepAt(world.env.now())) });
  await ann.browser.post('/api/auth/second-factor/remove', { password: goodPassword });
  expect(mails.map(({ text }) => /asks for a code|does not ask/.exec(text)?.[0])).toEqual([
    'asks for a code',
    'does not ask',
  ]);
});

test('nobody is told of a change that was refused, and a mail that cannot be sent keeps nothing from being done', async () => {
  await ann.browser.post('/api/auth/password', { currentPassword: 'not it', newPassword });
  expect(mails).toEqual([]);
  failing = true;
  expect((await changePassword()).status).toBe(204);
});

function base32Decoded(text: string): number[] {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  return (bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
}
