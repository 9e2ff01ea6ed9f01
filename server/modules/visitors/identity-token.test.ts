import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { readIdentityToken } from './identity-token.ts';

const secret = 'wis_secret';
const now = new Date(Date.UTC(2026, 0, 15, 12));
const seconds = now.getTime() / 1000;
const day = 24 * 60 * 60;

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

function sign(
  payload: unknown,
  { header = { alg: 'HS256', typ: 'JWT' } as unknown, key = secret, hash = 'sha256' } = {},
) {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
}

const claims = (more: object = {}) => ({ sub: 'user-1', exp: seconds + 300, ...more });
const read = (token: string) => readIdentityToken(secret, token, now);
const refused = (because: string) => ({ failure: expect.stringContaining(because) });

test('a token signed with the secret says who the visitor is', () => {
  const told = { name: ' Ann ', email: 'Ann@Example.com', info: { plan: 'pro', seats: 3 } };
  const profile = { externalId: 'user-1', name: 'Ann', email: 'ann@example.com', info: { plan: 'pro', seats: 3 } };
  expect(read(sign(claims(told)))).toEqual({ profile });
});

test('what the token leaves out, or leaves null, is not known; claims of others are passed over', () => {
  const token = sign(claims({ name: null, email: null, info: null, iat: seconds, iss: 'shop', nbf: seconds }));
  expect(read(token)).toEqual({ profile: { externalId: 'user-1' } });
});

test.each([
  ['no token', 'hello', 'three parts'],
  ['two parts', 'a.b', 'three parts'],
  ['four parts', `${sign(claims())}.x`, 'three parts'],
  ['a header that is no JSON', `x.${sign(claims()).split('.').slice(1).join('.')}`, 'header'],
  ['no signature at all', `${encode({ alg: 'none' })}.${encode(claims())}.`, 'HS256'],
  ['the algorithm none with a signature', sign(claims(), { header: { alg: 'none' } }), 'HS256'],
  ['the algorithm in small letters', sign(claims(), { header: { alg: 'hs256' } }), 'HS256'],
  ['another algorithm', sign(claims(), { header: { alg: 'HS512' }, hash: 'sha512' }), 'HS256'],
  ['an algorithm of another kind', sign(claims(), { header: { alg: ['HS256'] } }), 'HS256'],
  ['no algorithm', sign(claims(), { header: {} }), 'header'],
  ['an extension', sign(claims(), { header: { alg: 'HS256', crit: ['b64'], b64: false } }), 'extension'],
  ['another secret', sign(claims(), { key: 'wis_other' }), 'signature'],
  ['an empty secret', sign(claims(), { key: '' }), 'signature'],
  ['a signature of another length', `${sign(claims()).slice(0, -4)}`, 'signature'],
  ['an empty signature', `${sign(claims()).split('.').slice(0, 2).join('.')}.`, 'signature'],
  ['the claims of one token under the signature of another', swapped(), 'signature'],
  ['claims that are no JSON', sign('{'), 'no claims'],
  ['claims that are no object', sign('[1]'), 'no claims'],
  ['no sub', sign({ exp: seconds + 1 }), 'sub'],
  ['a number as sub', sign(claims({ sub: 7 })), 'sub'],
  ['an empty sub', sign(claims({ sub: ' ' })), 'sub'],
  ['a long sub', sign(claims({ sub: 'x'.repeat(201) })), 'sub'],
  ['no exp', sign({ sub: 'user-1' }), 'exp'],
  ['a text as exp', sign(claims({ exp: `${seconds + 1}` })), 'exp'],
  ['an end in the past', sign(claims({ exp: seconds - 1 })), 'expired'],
  ['an end just now', sign(claims({ exp: seconds })), 'expired'],
  ['an end too far ahead', sign(claims({ exp: seconds + 7 * day + 61 })), '7 days'],
  ['an end given in milliseconds', sign(claims({ exp: now.getTime() })), '7 days'],
  ['a beginning in the future', sign(claims({ nbf: seconds + 61 })), 'not valid yet'],
  ['a time of issue in the future', sign(claims({ iat: seconds + 61 })), 'iat'],
  ['a text as time of issue', sign(claims({ iat: 'now' })), 'iat'],
  ['NUL in the sub', sign(claims({ sub: 'a\0' })), 'sub'],
  ['a name that is none', sign(claims({ name: { first: 'Ann' } })), 'name'],
  ['an address that is none', sign(claims({ email: 'ann' })), 'email'],
  ['facts that are no object', sign(claims({ info: [1] })), 'info'],
])('a token with %s is refused, and why is said', (_what, token, because) => {
  expect(read(token)).toEqual(refused(because));
});

test('a token that was changed in any one place is refused', () => {
  const token = sign(claims());
  for (let at = 0; at < token.length - 1; at++) {
    const other = token[at] === 'A' ? 'B' : 'A';
    expect(read(token.slice(0, at) + other + token.slice(at + 1))).toEqual({ failure: expect.any(String) });
  }
});

test('the id of a person is taken exactly as it was signed', () => {
  for (const sub of [' user-1', 'USER-1', 'ü', 'u\u0308', 'x'.repeat(200)]) {
    expect(read(sign(claims({ sub })))).toEqual({ profile: { externalId: sub } });
  }
});

test('clocks may differ by a minute', () => {
  const skewed = claims({ iat: seconds + 60, nbf: seconds + 60 });
  expect(read(sign(skewed))).toMatchObject({ profile: { externalId: 'user-1' } });
});

test('seven days ahead are taken', () => {
  expect(read(sign(claims({ exp: seconds + 7 * day })))).toMatchObject({ profile: { externalId: 'user-1' } });
});

test('a failure never repeats the secret or the token', () => {
  const token = sign(claims(), { key: 'wis_other' });
  const { failure } = read(token) as { failure: string };
  expect(failure).not.toContain(secret);
  expect(failure).not.toContain(token.split('.')[2]);
});

function swapped(): string {
  const [header, payload] = sign(claims({ sub: 'admin' })).split('.');
  return `${header}.${payload}.${sign(claims()).split('.')[2]}`;
}
