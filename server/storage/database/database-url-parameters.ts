import { DatabaseUrlError, decode } from './database-url-error.ts';

/** How much TLS is asked for, with libpq's meanings; `no-verify` is node-postgres's word for `require`. */
const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'] as const;
export type SslMode = (typeof SSL_MODES)[number];

/** What the part of a `DATABASE_URL` behind the question mark says. */
export interface UrlParameters {
  host?: string;
  port?: string;
  user?: string;
  password?: string;
  dbname?: string;
  sslMode?: SslMode;
  /** A PEM file, or `system` for the certificates that Node trusts. */
  sslRootCert?: string;
  sslCert?: string;
  sslKey?: string;
  sslNegotiation?: 'postgres' | 'direct';
  channelBinding?: 'disable' | 'prefer' | 'require';
  applicationName?: string;
  connectTimeoutS?: number;
  /** Server settings for every connection, as `-c name=value`. */
  options?: string;
  /** True when the URL says that it leads to a pooler, as Supabase's and Prisma's do. */
  pgbouncer?: boolean;
}

type Reader = (value: string) => UrlParameters;

const anyText =
  (key: keyof UrlParameters): Reader =>
  (value) => ({ [key]: value });

const READERS: Record<string, Reader> = {
  host: anyText('host'),
  port: anyText('port'),
  user: anyText('user'),
  password: anyText('password'),
  dbname: anyText('dbname'),
  sslmode: (value) => ({ sslMode: oneOf('sslmode', value, SSL_MODES) }),
  ssl: (value) => ({ sslMode: /^(true|1|on)$/.test(oneOf('ssl', value, SWITCH)) ? 'require' : 'disable' }),
  sslrootcert: anyText('sslRootCert'),
  sslcert: anyText('sslCert'),
  sslkey: anyText('sslKey'),
  sslnegotiation: (value) => ({ sslNegotiation: oneOf('sslnegotiation', value, ['postgres', 'direct']) }),
  channel_binding: (value) => ({ channelBinding: oneOf('channel_binding', value, ['disable', 'prefer', 'require']) }),
  application_name: anyText('applicationName'),
  connect_timeout: (value) => ({ connectTimeoutS: wholeNumber('connect_timeout', value) }),
  options: anyText('options'),
  pgbouncer: (value) => ({ pgbouncer: /^(true|1|on)$/.test(oneOf('pgbouncer', value, SWITCH)) }),
};

const SWITCH = ['true', 'false', '1', '0', 'on', 'off'];

/** Parameters of libpq and of other drivers that change nothing for us. */
const WITHOUT_EFFECT = new Set([
  'client_encoding',
  'fallback_application_name',
  'gssencmode',
  'keepalives',
  'keepalives_count',
  'keepalives_idle',
  'keepalives_interval',
  'target_session_attrs',
  'tcp_user_timeout',
  'uselibpqcompat',
]);

/**
 * Reads the parameters of a `DATABASE_URL`.
 * @throws DatabaseUrlError for one that nobody knows, since a misspelt `sslmode` must not be taken for none
 */
export function readParameters(query: string): UrlParameters {
  const parameters: UrlParameters = {};
  for (const part of query.split('&').filter((text) => text !== '')) {
    const equals = part.indexOf('=');
    const name = decode(equals === -1 ? part : part.slice(0, equals), 'parameters');
    if (WITHOUT_EFFECT.has(name)) continue;
    const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
    if (reader === undefined) {
      const known = Object.keys(READERS).find((key) => key.startsWith(name.slice(0, 4).toLowerCase()));
      const hint = known === undefined ? '' : ` (is "${known}" meant?)`;
      throw new DatabaseUrlError(
        `DATABASE_URL has a parameter that Confab does not know, "${name}"${hint}: remove it.`,
      );
    }
    const value = equals === -1 ? '' : decode(part.slice(equals + 1), name);
    if (value === '')
      throw new DatabaseUrlError(`DATABASE_URL has the parameter "${name}" without a value: remove it.`);
    Object.assign(parameters, reader(value));
  }
  return parameters;
}

function oneOf<const T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new DatabaseUrlError(`DATABASE_URL has ${name}=${value}, which is none of ${allowed.join(', ')}.`);
}

function wholeNumber(name: string, value: string): number {
  if (/^\d{1,6}$/.test(value)) return Number(value);
  throw new DatabaseUrlError(`DATABASE_URL has ${name}=${value}, which is not a whole number.`);
}
