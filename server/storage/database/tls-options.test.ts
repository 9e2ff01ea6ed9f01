import { describe, expect, test } from 'vitest';
import { TEST_AUTHORITY_FILE } from '../../testing/postgres-tls.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { planTls } from './tls-options.ts';

function modeOf(where: string, production: boolean): string {
  return planTls(parseDatabaseUrl(`postgres://u:p@${where}`), production).mode;
}

describe('without an sslmode', () => {
  test('production verifies a server on another machine, development prefers TLS', () => {
    for (const where of ['db.example/x', '10.0.0.7/x', '[2001:db8::1]/x', 'localhost.example/x']) {
      expect(modeOf(where, true)).toBe('verify-full');
      expect(modeOf(where, false)).toBe('prefer');
    }
  });

  test('this machine and Unix sockets need none', () => {
    for (const where of ['localhost/x', '127.0.0.1/x', '127.9.9.9/x', '[::1]/x', '/x?host=/cloudsql/p:r:i']) {
      expect(modeOf(where, true)).toBe('disable');
    }
  });
});

describe('an sslmode', () => {
  test.each([
    ['disable', 'disable'],
    ['allow', 'prefer'],
    ['prefer', 'prefer'],
    ['require', 'require'],
    ['no-verify', 'require'],
    ['verify-ca', 'verify-ca'],
    ['verify-full', 'verify-full'],
    [`require&sslrootcert=${TEST_AUTHORITY_FILE}`, 'verify-ca'],
    ['require&sslrootcert=system', 'verify-full'],
  ])('%s means %s, in production too', (given, meant) => {
    for (const production of [true, false]) expect(modeOf(`db.example/x?sslmode=${given}`, production)).toBe(meant);
  });

  test('changes nothing on a Unix socket', () => {
    expect(modeOf('/x?host=/run&sslmode=verify-full', true)).toBe('disable');
  });
});

test('only the modes that verify refuse a certificate, and only verify-full looks at its name', () => {
  const options = (query: string) => planTls(parseDatabaseUrl(`postgres://u:p@db.example/x?${query}`), true).options;
  expect(options('sslmode=require')).toEqual({ rejectUnauthorized: false });
  expect(options('sslmode=verify-full')).toEqual({ rejectUnauthorized: true });
  expect(options('sslmode=verify-ca')).toMatchObject({
    rejectUnauthorized: true,
    checkServerIdentity: expect.any(Function),
  });
  expect(options(`sslmode=verify-full&sslrootcert=${TEST_AUTHORITY_FILE}`)?.ca).toMatch(/BEGIN CERTIFICATE/);
});
