import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError, loadCommandConfig, loadConfig } from './config.ts';
import { environmentSchema } from './environment-schema.ts';
import { projectPath } from './lib/paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'confab-config-'));
const startedIn = process.cwd();
afterAll(() => {
  process.chdir(startedIn);
  rmSync(folder, { recursive: true });
});
// Away from the project, whose own .env must not reach these tests.
process.chdir(folder);

const secret = 'x'.repeat(32);
const variables = Object.keys(environmentSchema.shape);

function load(environment: NodeJS.ProcessEnv) {
  return loadConfig({ SESSION_SECRET: secret, ...environment });
}

function faultsOf(environment: NodeJS.ProcessEnv): string {
  try {
    load(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('The configuration was accepted.');
}

describe('.env.example', () => {
  const lines = readFileSync(projectPath('.env.example'), 'utf8').split('\n');
  const assignments = lines.flatMap((line, index) => {
    const [, name, value] = /^#? ?([A-Z][A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, value: value!, index }];
  });

  test('names every variable that is read, once, and no other', () => {
    expect(assignments.map(({ name }) => name).sort()).toEqual([...variables].sort());
  });

  test('explains every variable right above it', () => {
    const unexplained = assignments.filter(({ index }) => !/^# \w/.test(lines[index - 1]!));
    expect(unexplained).toEqual([]);
  });

  test('shows the default of every variable that has one', () => {
    const defaults = environmentSchema.parse({}) as Record<string, unknown>;
    for (const { name, value } of assignments) {
      if (defaults[name] !== undefined) expect(`${name}=${value}`).toBe(`${name}=${defaults[name]}`);
    }
  });

  test('holds values that are accepted', () => {
    const shown = Object.fromEntries(assignments.map(({ name, value }) => [name, value]));
    expect(() => load({ ...shown, SESSION_SECRET: secret })).not.toThrow();
  });

  test('changes nothing when it is used as it is', () => {
    const uncommented = lines.filter((line) => line !== '' && !line.startsWith('#'));
    expect(uncommented).toEqual([]);
  });
});

describe('loadConfig', () => {
  test('needs no variable in development, and listens on loopback', () => {
    const { config } = loadConfig({});
    expect(config).toMatchObject({
      production: false,
      host: '127.0.0.1',
      port: 4000,
      databaseUrl: undefined,
      demo: true,
    });
  });

  test('keeps the secret it makes for a development server, readable by its owner only', () => {
    const first = loadConfig({ DATA_DIR: join(folder, 'kept') });
    const second = loadConfig({ DATA_DIR: join(folder, 'kept') });
    expect(second.secrets).toEqual(first.secrets);
    expect(statSync(join(folder, 'kept', 'development-secret')).mode & 0o077).toBe(0);
  });

  test('lists every fault of the configuration at once', () => {
    const message = faultsOf({ PORT: '70000', DATABASE_DRIVER: 'mysql', TRUST_PROXY: 'yes', PUBLIC_URL: 'chat' });
    for (const name of ['PORT', 'DATABASE_DRIVER', 'TRUST_PROXY', 'PUBLIC_URL']) expect(message).toContain(`${name}: `);
    expect(message).toContain('.env.example');
  });

  test.each([
    { PORT: '-1' },
    { PORT: '4000.5' },
    { PORT: '0x10' },
    { DATABASE_POOL_MAX: '0' },
    { STORAGE: 'disk' },
    { NODE_ENV: 'prod' },
    { LOG_LEVEL: 'loud' },
    { COOKIE_SECURE: 'yes' },
    { DEMO: 'on' },
    { PUBLIC_URL: 'ftp://chat.example.com' },
  ])('refuses %o and names the variable', (environment) => {
    expect(faultsOf(environment)).toContain(`${Object.keys(environment)[0]}: `);
  });

  test('takes an empty variable for one that is not set', () => {
    expect(load({ PORT: '', DATABASE_URL: '', PUBLIC_URL: '' }).config).toMatchObject({
      port: 4000,
      publicUrl: undefined,
    });
  });

  test('reads .env, over which the environment wins', () => {
    writeFileSync(join(folder, '.env'), 'PORT=4100\nLOG_LEVEL=warn\n');
    try {
      expect(load({ PORT: '4200' }).config).toMatchObject({ port: 4200, logLevel: 'warn' });
    } finally {
      rmSync(join(folder, '.env'));
    }
  });

  test('takes a public address without its trailing slash', () => {
    expect(load({ PUBLIC_URL: 'https://chat.example.com/' }).config.publicUrl).toBe('https://chat.example.com');
  });

  test('asks for a long secret, and in production for one at all', () => {
    expect(faultsOf({ SESSION_SECRET: 'short' })).toContain('at least 32 characters');
    expect(faultsOf({ SESSION_SECRET: `${secret},short` })).toContain('at least 32 characters');
    expect(faultsOf({ SESSION_SECRET: '', NODE_ENV: 'production' })).toContain('openssl rand -hex 32');
  });

  test('keeps every secret of a list, the first one first', () => {
    const { secrets } = load({ SESSION_SECRET: `${'a'.repeat(32)}, ${'b'.repeat(32)}` });
    expect(secrets.sessionSecrets).toEqual(['a'.repeat(32), 'b'.repeat(32)]);
    expect(secrets.visitorTokenKeys).toHaveLength(2);
  });

  test('derives the key of visitor tokens, so that it tells nothing about the secret', () => {
    const { secrets } = load({});
    expect(secrets.visitorTokenKeys[0]!.toString('utf8')).not.toContain(secret);
    expect(secrets.visitorTokenKeys[0]).toHaveLength(32);
  });

  test('makes no demo client and sends cookies over HTTPS only in production', () => {
    expect(load({ NODE_ENV: 'production' }).config).toMatchObject({
      demo: false,
      cookieSecure: true,
      host: '0.0.0.0',
    });
    expect(load({ NODE_ENV: 'production', COOKIE_SECURE: 'false', DEMO: 'auto' }).config).toMatchObject({
      demo: false,
      cookieSecure: false,
    });
  });
});

test('loadCommandConfig needs no secret, also in production, and makes none', () => {
  const dataDir = join(folder, 'untouched');
  expect(loadCommandConfig({ NODE_ENV: 'production' }).production).toBe(true);
  expect(loadCommandConfig({ DATA_DIR: dataDir }).dataDir).toBe(dataDir);
  expect(existsSync(dataDir)).toBe(false);
});

test('keeps files in the data folder, unless another one is named', () => {
  const folderOf = (environment: NodeJS.ProcessEnv) => loadCommandConfig(environment).fileStore;
  expect(folderOf({ DATA_DIR: '/data' })).toEqual({ kind: 'disk', folder: '/data/files' });
  expect(folderOf({ DATA_DIR: '/data', FILES_DIR: '/files' })).toEqual({ kind: 'disk', folder: '/files' });
});

test('keeps files in S3, with the bucket in the path wherever it is not Amazon’s', () => {
  const s3 = { FILE_STORE: 's3', S3_BUCKET: 'files' };
  expect(loadCommandConfig(s3).fileStore).toEqual({
    kind: 's3',
    endpoint: undefined,
    region: 'us-east-1',
    bucket: 'files',
    prefix: '',
    pathStyle: false,
  });
  const elsewhere = { ...s3, S3_ENDPOINT: 'https://s3.example.com' };
  expect(loadCommandConfig(elsewhere).fileStore).toMatchObject({ pathStyle: true });
  expect(loadCommandConfig({ ...elsewhere, S3_PATH_STYLE: 'false' }).fileStore).toMatchObject({ pathStyle: false });
  expect(load(s3).secrets.s3Keys).toBeUndefined();
  const keys = { S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'key' };
  expect(load({ ...s3, ...keys }).secrets.s3Keys).toEqual({ accessKeyId: 'id', secretAccessKey: 'key' });
});

test('keeps files in Directus, and the token with the secrets', () => {
  const { config, secrets } = load({
    FILE_STORE: 'directus',
    DIRECTUS_URL: 'https://directus.example.com/',
    DIRECTUS_TOKEN: 'token',
  });
  expect(config.fileStore).toEqual({ kind: 'directus', url: 'https://directus.example.com', folder: undefined });
  expect(secrets.directusToken).toBe('token');
});

test.each([
  [{ FILE_STORE: 'tape' }, 'FILE_STORE: must be disk, s3 or directus'],
  [{ FILE_STORE: 's3' }, 'FILE_STORE=s3 needs S3_BUCKET'],
  [{ FILE_STORE: 's3', S3_BUCKET: 'b', S3_ACCESS_KEY_ID: 'id' }, 'FILE_STORE=s3 needs S3_SECRET_ACCESS_KEY'],
  [{ FILE_STORE: 's3', S3_BUCKET: 'b', S3_ENDPOINT: 'minio:9000' }, 'S3_ENDPOINT: must be an address'],
  [{ FILE_STORE: 'directus', DIRECTUS_TOKEN: 'token' }, 'FILE_STORE=directus needs DIRECTUS_URL'],
  [
    { FILE_STORE: 'directus', DIRECTUS_URL: 'https://directus.example.com' },
    'FILE_STORE=directus needs DIRECTUS_TOKEN',
  ],
])('refuses %o', (environment, fault) => {
  expect(faultsOf(environment)).toContain(fault);
});

test('takes a list of hosts, addresses and networks that may be fetched from', () => {
  const given = 'wiki.intern, 10.1.0.0/16 fd00::1';
  expect(loadCommandConfig({ FETCH_ALLOW_PRIVATE: given }).fetchAllowPrivate).toEqual([
    'wiki.intern',
    '10.1.0.0/16',
    'fd00::1',
  ]);
  expect(loadCommandConfig({}).fetchAllowPrivate).toEqual([]);
  expect(faultsOf({ FETCH_ALLOW_PRIVATE: 'wiki.intern,http://x' })).toContain('FETCH_ALLOW_PRIVATE: must be a list');
});
