import { hkdfSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { type Environment, environmentSchema, listed } from './environment-schema.ts';
import type { DirectusSettings } from './files/directus-file-store.ts';
import type { S3Keys, S3Settings } from './files/s3-file-store.ts';
import type { EmbeddingAccess } from './lib/embeddings.ts';

/** The only reader of `process.env`. Everything else is given what it needs. */

export interface Config {
  production: boolean;
  host: string;
  port: number;
  /** Where people reach this server, without a trailing slash; undefined: as the request's `Host` says. */
  publicUrl: string | undefined;
  /** How many proxies in front may be believed about the peer's address and protocol. */
  trustProxyHops: number;
  databaseUrl: string | undefined;
  /** The same database past a pooler, for the connection that listens; undefined: there is no other way. */
  databaseDirectUrl: string | undefined;
  /** A streaming replica of it, for reports and searches; undefined: there is none. */
  databaseReplicaUrl?: string | undefined;
  databaseDriver: 'pg' | 'neon';
  databasePooler: 'auto' | 'pgbouncer' | 'none';
  databasePoolMax: number;
  /** Carries live events between processes in place of the database. */
  redisUrl: string | undefined;
  /** Set when memory was asked for in so many words. */
  storage: 'memory' | undefined;
  /** Absolute. */
  dataDir: string;
  /** Where the bytes of files are kept: those that people send, and those that answers come from. */
  fileStore:
    | { kind: 'disk' /** Absolute. */; folder: string }
    | ({ kind: 's3' } & S3Settings)
    | ({ kind: 'directus' } & DirectusSettings);
  /** Whether this process works on jobs: reading documents, answering questions. */
  jobs: boolean;
  /** What reading one document, or one site, may cost. */
  reading: ReadingLimits;
  /** Hosts, addresses and networks that may be fetched from although they are not public. */
  fetchAllowPrivate: string[];
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Whether an empty storage gets the demo client at start. */
  demo: boolean;
  cookieSecure: boolean;
  /** Whether callers are held up who call too often. */
  rateLimits: boolean;
  /** Who may make an account: anybody, or only who holds an invitation. */
  registration?: 'open' | 'invited' | undefined;
  /** Where traces are sent to, and which share of them, from 0 to 1; undefined: nothing is traced. */
  tracing?: { endpoint: string; serviceName: string; share: number } | undefined;
}

/** A model behind an OpenAI-compatible endpoint, and what it costs. */
export interface ModelAccess {
  baseUrl: string;
  model: string;
  /** Empty: the endpoint wants none. */
  apiKey: string;
  /** Millionths of the owner's currency, for a million tokens. */
  priceInMicros: number;
  priceOutMicros: number;
  /** Spent at most by a client in a calendar month (UTC), in the same; null: no cap. */
  monthlyCapMicros: number | null;
}

export interface ReadingLimits {
  fileBytesMax: number;
  pagesMax: number;
  timeMsMax: number;
  /** Of the process that reads. */
  memoryMbMax: number;
  sitePagesMax: number;
  siteTimeMsMax: number;
}

export interface Secrets {
  /** Signs session cookies; the first signs, all verify. */
  sessionSecrets: string[];
  /** Signs visitor tokens; the first signs, all verify. */
  visitorTokenKeys: Buffer[];
  /** What is secret is sealed with the first before it is stored; all of them open. */
  sealingKeys: Buffer[];
  /** The model of clients who have named none of their own. */
  installationModel?: ModelAccess | undefined;
  /** Puts passages and questions into numbers; undefined: passages are found by their words alone. */
  embeddings?: EmbeddingAccess | undefined;
  /** Undefined: mails are not sent. */
  mailServer?: { url: string; from: string } | undefined;
  /** Callers of `/metrics` must send it as Bearer token; undefined: only callers from this machine may look. */
  metricsToken: string | undefined;
  /** Opens the operator's page and checks; undefined: one is made at each start. */
  operatorToken?: string | undefined;
  /** Sent with every request to the collector of traces. */
  tracingHeaders?: Record<string, string> | undefined;
  /** Undefined: the machine's own are used. */
  s3Keys?: S3Keys | undefined;
  /** There when files are in Directus. */
  directusToken?: string | undefined;
}

/** The configuration cannot be used; `message` lists every fault in plain words. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads `.env` in the working folder (variables that are set win over it), checks everything, and makes the secret of a
 * development server, which is kept in the data folder so that sign-ins survive a restart.
 * @throws ConfigError
 */
export function loadConfig(environment: NodeJS.ProcessEnv = process.env): { config: Config; secrets: Secrets } {
  const env = readEnvironment(environment);
  const config = toConfig(env);
  const sessionSecrets = readSessionSecrets(env.SESSION_SECRET, config);
  const secrets: Secrets = {
    sessionSecrets,
    visitorTokenKeys: sessionSecrets.map((secret) => deriveKey(secret, 'confab visitor token')),
    // Those of the session secret stay good, so that what was sealed before there was an ENCRYPTION_KEY can be opened.
    sealingKeys: [...readSecrets('ENCRYPTION_KEY', env.ENCRYPTION_KEY), ...sessionSecrets].map((secret) =>
      deriveKey(secret, 'confab sealing'),
    ),
    installationModel: readInstallationModel(env),
    embeddings: readEmbeddings(env),
    mailServer: readMailServer(env),
    metricsToken: env.METRICS_TOKEN,
    operatorToken: env.OPERATOR_TOKEN,
    tracingHeaders: readTracingHeaders(env.OTEL_EXPORTER_OTLP_HEADERS),
    ...readFileStoreKeys(env, config),
  };
  return { config, secrets };
}

/**
 * The same for the `db:` commands, which sign nothing: without secrets, so that production needs none for them.
 * @throws ConfigError
 */
export function loadCommandConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  return toConfig(readEnvironment(environment));
}

/**
 * The keys of the file store, for the commands that read or write files.
 * @throws ConfigError
 */
export function loadFileStoreKeys(
  environment: NodeJS.ProcessEnv = process.env,
): Pick<Secrets, 's3Keys' | 'directusToken'> {
  const env = readEnvironment(environment);
  return readFileStoreKeys(env, toConfig(env));
}

/**
 * The operator's token, for the command that asks a server from elsewhere; undefined: none is set.
 * @throws ConfigError
 */
export function loadOperatorToken(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return readEnvironment(environment).OPERATOR_TOKEN;
}

/**
 * The model for embeddings, for the command that measures with it; undefined: none is set.
 * @throws ConfigError
 */
export function loadEmbeddings(environment: NodeJS.ProcessEnv = process.env): EmbeddingAccess | undefined {
  return readEmbeddings(readEnvironment(environment));
}

function readEnvironment(environment: NodeJS.ProcessEnv): Environment {
  const given = { ...readDotEnv(), ...environment };
  const nonEmpty = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== ''));
  const result = environmentSchema.safeParse(nonEmpty);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`);
  throw new ConfigError(`The configuration has faults. ${faults.join('; ')}. See .env.example.`);
}

function toConfig(env: Environment): Config {
  const production = env.NODE_ENV === 'production';
  return {
    production,
    host: env.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: env.PORT,
    publicUrl: env.PUBLIC_URL?.replace(/\/+$/, ''),
    trustProxyHops: env.TRUST_PROXY,
    databaseUrl: env.DATABASE_URL,
    databaseDirectUrl: env.DATABASE_DIRECT_URL,
    databaseReplicaUrl: env.DATABASE_REPLICA_URL,
    databaseDriver: env.DATABASE_DRIVER,
    databasePooler: env.DATABASE_POOLER,
    databasePoolMax: env.DATABASE_POOL_MAX,
    redisUrl: env.REDIS_URL,
    storage: env.STORAGE,
    dataDir: resolve(env.DATA_DIR),
    fileStore: toFileStore(env),
    jobs: env.JOBS === 'on',
    reading: {
      fileBytesMax: env.DOCUMENT_MAX_MB * 1_000_000,
      pagesMax: env.DOCUMENT_MAX_PAGES,
      timeMsMax: env.DOCUMENT_MAX_SECONDS * 1_000,
      memoryMbMax: env.DOCUMENT_MAX_MEMORY_MB,
      sitePagesMax: env.SITE_MAX_PAGES,
      siteTimeMsMax: env.SITE_MAX_MINUTES * 60_000,
    },
    fetchAllowPrivate: listed(env.FETCH_ALLOW_PRIVATE ?? ''),
    logLevel: env.LOG_LEVEL,
    demo: !production && env.DEMO === 'auto',
    rateLimits: env.RATE_LIMITS === 'on',
    registration: env.REGISTRATION,
    tracing: toTracing(env),
    cookieSecure: env.COOKIE_SECURE === undefined ? production : env.COOKIE_SECURE === 'true',
  };
}

function toFileStore(env: Environment): Config['fileStore'] {
  switch (env.FILE_STORE) {
    case 'disk':
      return { kind: 'disk', folder: resolve(env.FILES_DIR ?? join(env.DATA_DIR, 'files')) };
    case 's3':
      return {
        kind: 's3',
        endpoint: env.S3_ENDPOINT,
        region: env.S3_REGION,
        bucket: needed(env, 'S3_BUCKET'),
        prefix: env.S3_PREFIX ?? '',
        pathStyle: env.S3_PATH_STYLE === undefined ? env.S3_ENDPOINT !== undefined : env.S3_PATH_STYLE === 'true',
      };
    case 'directus': {
      const url = needed(env, 'DIRECTUS_URL').replace(/\/+$/, '');
      return { kind: 'directus', url, folder: env.DIRECTUS_FOLDER };
    }
  }
}

function readFileStoreKeys(env: Environment, { fileStore }: Config): Pick<Secrets, 's3Keys' | 'directusToken'> {
  if (fileStore.kind === 'directus') return { directusToken: needed(env, 'DIRECTUS_TOKEN') };
  if (fileStore.kind === 'disk' || !(env.S3_ACCESS_KEY_ID || env.S3_SECRET_ACCESS_KEY)) return {};
  const accessKeyId = needed(env, 'S3_ACCESS_KEY_ID');
  return { s3Keys: { accessKeyId, secretAccessKey: needed(env, 'S3_SECRET_ACCESS_KEY') } };
}

/** What the chosen kind of file store cannot do without. */
function needed(env: Environment, name: keyof Environment): string {
  const value = env[name];
  if (value === undefined) {
    throw new ConfigError(`FILE_STORE=${env.FILE_STORE} needs ${name}, which is not set. See .env.example.`);
  }
  return String(value);
}

/** Links in mails lead to `PUBLIC_URL`: what a request says about where it was sent may be invented. */
function readMailServer(env: Environment): Secrets['mailServer'] {
  if (env.SMTP_URL === undefined) return undefined;
  const missing = (['SMTP_FROM', 'PUBLIC_URL'] as const).filter((name) => env[name] === undefined);
  if (missing.length > 0) {
    throw new ConfigError(`SMTP_URL needs ${missing.join(' and ')}, which is not set. See .env.example.`);
  }
  return { url: env.SMTP_URL, from: env.SMTP_FROM as string };
}

function readInstallationModel(env: Environment): ModelAccess | undefined {
  if (env.LLM_MODEL === undefined) return undefined;
  return {
    baseUrl: env.LLM_BASE_URL,
    model: env.LLM_MODEL,
    apiKey: env.LLM_API_KEY ?? '',
    priceInMicros: env.LLM_PRICE_IN ?? 0,
    priceOutMicros: env.LLM_PRICE_OUT ?? 0,
    monthlyCapMicros: env.LLM_MONTHLY_CAP ?? null,
  };
}

function readEmbeddings(env: Environment): EmbeddingAccess | undefined {
  if (env.EMBEDDINGS_MODEL === undefined) return undefined;
  return {
    baseUrl: env.EMBEDDINGS_BASE_URL,
    model: env.EMBEDDINGS_MODEL,
    apiKey: env.EMBEDDINGS_API_KEY ?? '',
    dimensions: env.EMBEDDINGS_DIMENSIONS,
    floor: env.EMBEDDINGS_FLOOR,
  };
}

function toTracing(env: Environment): Config['tracing'] {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: serviceName, OTEL_TRACES_SAMPLER_ARG: share } = env;
  return endpoint === undefined ? undefined : { endpoint, serviceName, share };
}

/** `name=value` with commas between, values percent-encoded, as OpenTelemetry has it. */
function readTracingHeaders(given = ''): Record<string, string> {
  const pairs = given.split(',').map((pair) => pair.trim().split(/=(.*)/s) as [string, string?]);
  try {
    return Object.fromEntries(
      pairs.filter(([name]) => name !== '').map(([name, value = '']) => [name, decodeURIComponent(value.trim())]),
    );
  } catch {
    throw new ConfigError('OTEL_EXPORTER_OTLP_HEADERS has a value that is not percent-encoded. See .env.example.');
  }
}

/** One secret serves several purposes; a key derived for one is worthless for another. */
function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'confab', purpose, 32));
}

/** Several secrets are separated by commas: the first signs, the others still verify, so a secret can be rotated. */
function readSessionSecrets(given: string | undefined, config: Config): string[] {
  if (given !== undefined) return readSecrets('SESSION_SECRET', given);
  if (config.production) {
    throw new ConfigError('SESSION_SECRET is not set. In production make one with: openssl rand -hex 32');
  }
  return [readOrMakeSecretFile(join(config.dataDir, 'development-secret'))];
}

function readSecrets(name: string, given: string | undefined): string[] {
  if (given === undefined) return [];
  const secrets = given.split(',').map((secret) => secret.trim());
  if (secrets.some((secret) => secret.length < 32)) {
    throw new ConfigError(`${name} must have at least 32 characters. Make one with: openssl rand -hex 32`);
  }
  return secrets;
}

function readOrMakeSecretFile(file: string): string {
  try {
    const kept = readFileSync(file, 'utf8').trim();
    if (kept.length >= 32) return kept;
  } catch {
    // Not there yet: it is made below.
  }
  const secret = randomBytes(32).toString('hex');
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return secret;
}

function readDotEnv(): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync('.env', 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ConfigError(`The file .env cannot be read: ${(error as Error).message}.`);
  }
}
