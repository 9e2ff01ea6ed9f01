import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpWorld, goodPassword, type HttpWorld } from '../../testing/http-world.ts';

let world: HttpWorld;
beforeEach(async () => {
  world = await createHttpWorld();
});
afterEach(() => world.close());

let people = 0;
function register(password: string, more: object = {}) {
  const email = `somebody.unknown${++people}@shop.example`;
  const body = { email, name: 'Ann Winterbottom', clientName: 'Acme Rockets', password, ...more };
  return world.newBrowser().post('/api/auth/register', body);
}

async function statusesOf(passwords: string[], more?: object) {
  const answers = await Promise.all(passwords.map((password) => register(password, more)));
  return Object.fromEntries(answers.map(({ status }, n) => [passwords[n], status]));
}

const all = (passwords: string[], status: number) => Object.fromEntries(passwords.map((one) => [one, status]));

test('one of the most used passwords is refused, in whatever letter case, with the reason', async () => {
  const common = ['qwertyuiop', 'password123', '1q2w3e4r5t', 'ManChester', 'basketball', '1qaz2wsx3edc', 'PASSWORD123'];
  expect(await statusesOf(common)).toEqual(all(common, 400));
  const { body } = await register('qwertyuiop');
  expect(body.errors).toEqual([{ pointer: '#/password', detail: expect.stringContaining('most used') }]);
});

test('a password of few different characters is refused', async () => {
  const dull = ['aaaaaaaaaa', '1212121212', 'abcabcabcabc', '          1', '....------....'];
  expect(await statusesOf(dull)).toEqual(all(dull, 400));
});

test('a password that is little more than the person’s own words or the service’s is refused', async () => {
  const known = [
    'Winterbottom1',
    'ann-winterbottom',
    'acme rockets 99',
    'Confab2026!',
    'confab support',
    'unknown@shop1',
  ];
  expect(await statusesOf(known)).toEqual(all(known, 400));
});

test('no kind of character is asked for, and no long password is cut or refused', async () => {
  const longest = 'long '.repeat(12) + 'and then some'.padEnd(140, ' as far as it goes');
  const fine = [
    'ravens over marsh',
    '83 6201 947 55 28',
    'ünïcödé ist schön',
    'confab is where my parrot sleeps',
    longest,
  ];
  expect(longest).toHaveLength(200);
  expect(await statusesOf(fine)).toEqual(all(fine, 201));
  const { email } = (await register(longest)).body.user;
  const signIn = (password: string) => world.newBrowser().post('/api/auth/login', { email, password });
  expect((await signIn(longest.slice(0, -1))).status).toBe(401);
  expect((await signIn(longest.toUpperCase())).status).toBe(401);
  expect((await signIn(longest)).status).toBe(200);
});

test('a password that is changed to is looked at in the same way', async () => {
  const { browser, email } = await world.register({ name: 'Ann Winterbottom' });
  for (const newPassword of ['qwertyuiop', 'winterbottom1']) {
    const answer = await browser.post('/api/auth/password', { currentPassword: goodPassword, newPassword });
    expect([answer.status, answer.body.errors?.[0].pointer]).toEqual([400, '#/newPassword']);
  }
  expect((await world.newBrowser().post('/api/auth/login', { email, password: goodPassword })).status).toBe(200);
});
