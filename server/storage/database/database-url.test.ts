import { userInfo } from 'node:os';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { describeTarget, parseDatabaseUrl } from './database-url.ts';
import { DatabaseUrlError } from './database-url-error.ts';

describe('a usable URL says where it leads', () => {
  const socket = '/cloudsql/project:region:instance';
  test.each([
    ['postgres://u:p@db.example:6543/confab', { host: 'db.example', port: 6543, user: 'u', password: 'p' }],
    ['postgresql://u:p@localhost/confab', { host: 'localhost', port: 5432 }],
    ['postgres://u:p%40%2F%3A%23%25@h/confab', { password: 'p@/:#%' }],
    ['postgres://u:a:b@h/confab', { user: 'u', password: 'a:b' }],
    ['postgres://u%40server:p@h/confab', { user: 'u@server' }],
    ['postgres://u:p@[::1]:5433/confab', { host: '::1', port: 5433 }],
    ['postgres://u:p@h/na%20me', { database: 'na me' }],
    ['postgres://h/confab', { user: userInfo().username, password: undefined }],
    ['postgres://u@h/confab', { user: 'u', password: undefined }],
    [`postgres://u:p@/confab?host=${socket}`, { host: socket, port: 5432, database: 'confab' }],
    [`postgres://u:p@localhost/confab?host=${encodeURIComponent(socket)}`, { host: socket }],
    ['postgresql:///confab?host=/var/run/postgresql&user=u&password=p', { host: '/var/run/postgresql', user: 'u' }],
    ['postgres://u:p@%2Fvar%2Frun/confab', { host: '/var/run' }],
    ['postgres://u:p@h?dbname=confab', { database: 'confab' }],
    ['postgres://u:p@h:1/confab?port=2', { port: 2 }],
    ['postgres://u:p@h/confab?application_name=me@home', { host: 'h' }],
  ])('%s', (url, expected) => {
    expect(parseDatabaseUrl(url)).toMatchObject({ database: 'confab', ...expected });
    const { password } = parseDatabaseUrl(url);
    if ('password' in expected) expect(password).toBe(expected.password);
  });

  test('parameters that providers add are understood', () => {
    const { parameters } = parseDatabaseUrl(
      'postgres://u:p@h/confab?sslmode=require&channel_binding=require&connect_timeout=3&pgbouncer=true&uselibpqcompat=true',
    );
    expect(parameters).toEqual({
      sslMode: 'require',
      channelBinding: 'require',
      connectTimeoutS: 3,
      pgbouncer: true,
    });
  });
});

describe('a URL of no use is refused with one sentence about the fault, never with the password', () => {
  test.each([
    ['', /is empty/],
    ['   ', /is empty/],
    ['"postgres://u:s3cret@h/db"', /quotes/],
    ["'postgres://u:s3cret@h/db'", /quotes/],
    ['DATABASE_URL=postgres://u:s3cret@h/db', /its own name/],
    ['postgres://u:s3cret@h/db\n', /line break/],
    ['postgres://u:s3cret @h/db', /%20/],
    ['jdbc:postgresql://h/db?user=u&password=s3cret', /JDBC/],
    ['localhost/db', /does not begin with postgres:/],
    ['localhost:5432/db', /something other than Postgres/],
    ['host=localhost dbname=db password=s3cret', /space/],
    ['mysql://u:s3cret@h/db', /other than Postgres \("mysql:"\)/],
    ['https://console.neon.tech/app', /web address/],
    ['postgres:/u:s3cret@h/db', /two slashes/],
    ['Postgres://u:s3cret@h/db', /small letters/],
    ['postgres://', /no host/],
    ['postgres:///db', /no host.*\/var\/run\/postgresql/],
    ['postgres://u:s3cret@/db', /no host/],
    ['postgres://u:s3cret@h', /no database/],
    ['postgres://u:s3cret@h/', /no database/],
    ['postgres://u:s3cret@h/db/more', /more than a database name/],
    ['postgres://u:s3cret@h:abc/db', /port/],
    ['postgres://u:s3cret@h:0/db', /port/],
    ['postgres://u:s3cret@h:65536/db', /port/],
    ['postgres://u:s3cret@::1/db', /brackets/],
    ['postgres://u:s3cret@h1,h2/db', /several hosts/],
    ['postgres://u:s3cret@h1:1,h2:2/db', /several hosts/],
    ['postgres://u:s3cret@h<x>/db', /characters that no host/],
    ['postgres://u:s3cret@w@h/db', /%40/],
    ['postgres://u:s3cret/w@h/db', /%2F/],
    ['postgres://u:s3cret?w@h/db', /%3F/],
    ['postgres://u:s3cret#w@h/db', /%23/],
    ['postgres://u:100%s3cret@h/db', /stray %.*%25/],
    ['postgres://u:s3cret%00@h/db', /NUL/],
    ['postgres://u:s3cret@h/db?sslmode=on', /sslmode=on.*verify-full/],
    ['postgres://u:s3cret@h/db?sslmod=require', /"sslmod" \(is "sslmode" meant\?\)/],
    ['postgres://u:s3cret@h/db?schema=public', /does not know, "schema"/],
    ['postgres://u:s3cret@h/db?__proto__=x', /does not know, "__proto__"/],
    ['postgres://u:s3cret@h/db?sslmode', /without a value/],
    ['postgres://u:s3cret@h/db?connect_timeout=soon', /whole number/],
    ['postgres://u:s3cret@h/db?host=cloudsql/x', /slash/],
  ])('%j', (url, fault) => {
    const refusal = refusalOf(url);
    expect(refusal).toBeInstanceOf(DatabaseUrlError);
    expect(refusal.message).toMatch(fault);
    expect(refusal.message).toMatch(/^DATABASE_URL [^\n]*\.$/);
    expect(inspect(refusal)).not.toContain('s3cret');
  });

  function refusalOf(url: string): Error {
    try {
      parseDatabaseUrl(url);
    } catch (error) {
      return error as Error;
    }
    throw new Error(`${url} was taken`);
  }
});

describe('the description of a target', () => {
  test('names host, port and database alone', () => {
    expect(describeTarget('postgres://u:s3cret@db.example/confab?sslmode=require')).toBe('db.example:5432/confab');
    expect(describeTarget('postgres://u:s3cret@[::1]:1/confab')).toBe('[::1]:1/confab');
    expect(describeTarget('postgres://u:s3cret@/confab?host=/run')).toBe('/run/.s.PGSQL.5432/confab');
  });

  test('is there for a URL that cannot be read', () => {
    expect(describeTarget('postgres://u:s3cret@w@h')).toBe('the server in DATABASE_URL');
  });

  test('is all that a log or JSON shows of the password', () => {
    const target = parseDatabaseUrl('postgres://u:s3cret@h/confab');
    expect(target.password).toBe('s3cret');
    expect(inspect(target) + JSON.stringify(target)).not.toContain('s3cret');
  });
});
