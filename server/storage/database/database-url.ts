import { userInfo } from 'node:os';
import { DatabaseUrlError, decode } from './database-url-error.ts';
import { readParameters, type UrlParameters } from './database-url-parameters.ts';

/** Where a `DATABASE_URL` leads. Its password does not appear when it is logged or turned into JSON. */
export interface DatabaseTarget {
  /** A host name, an address without brackets, or the folder of a Unix socket, which starts with `/`. */
  host: string;
  port: number;
  user: string;
  readonly password: string | undefined;
  database: string;
  parameters: UrlParameters;
}

const EXAMPLE = 'postgres://user:password@localhost:5432/confab';
const ENCODE = 'write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23 and % as %25 in the user name and password';

/**
 * Takes a `postgres://` URL apart. Known are the forms that libpq knows: a password with percent-encoded characters, an
 * IPv6 address in brackets, a Unix socket as `?host=/folder` or as a percent-encoded host.
 * @throws DatabaseUrlError with one sentence that says what is wrong and what to write instead
 */
export function parseDatabaseUrl(url: string): DatabaseTarget {
  refuseLookalikes(url);
  const parts = /^postgres(?:ql)?:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?(#.*)?$/s.exec(url);
  if (parts === null) throw new DatabaseUrlError(`DATABASE_URL is not a Postgres URL: write it like ${EXAMPLE}.`);
  const [, authority = '', path = '', query = '', fragment] = parts;
  const at = authority.lastIndexOf('@');
  const login = at === -1 ? '' : authority.slice(0, at);
  const misplacedAt = login.includes('@') || path.includes('@') || (at === -1 && /^[^=&]*@/.test(query));
  if (misplacedAt || fragment !== undefined) {
    throw new DatabaseUrlError(`DATABASE_URL has a character that must be percent-encoded: ${ENCODE}.`);
  }
  const parameters = readParameters(query);
  const { host, port } = parseHost(authority.slice(at + 1), parameters);
  const colon = login.indexOf(':');
  const user = parameters.user ?? decode(colon === -1 ? login : login.slice(0, colon), 'user name');
  const password = parameters.password ?? (colon === -1 ? '' : decode(login.slice(colon + 1), 'password'));
  const target = {
    host,
    port,
    user: user || userInfo().username,
    database: parseDatabase(path, parameters),
    parameters,
  };
  // Not enumerable, so that neither a log line nor an error that carries the target shows it.
  return Object.defineProperty(target as DatabaseTarget, 'password', { value: password || undefined });
}

/** `host:port/database`, for logs and errors; what it can tell, also of a URL that is malformed. Never the password. */
export function describeTarget(url: string): string {
  try {
    const { host, port, database } = parseDatabaseUrl(url);
    if (isSocket(host)) return `${host}/.s.PGSQL.${port}/${database}`;
    return `${host.includes(':') ? `[${host}]` : host}:${port}/${database}`;
  } catch {
    return 'the server in DATABASE_URL';
  }
}

/** Whether a target's host is the folder of a Unix socket. */
export function isSocket(host: string): boolean {
  return host.startsWith('/');
}

/** Whether a host can only be this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Things people paste instead of a URL, each with what to do about it. */
function refuseLookalikes(url: string): void {
  const refuse = (what: string): never => {
    throw new DatabaseUrlError(`DATABASE_URL ${what}.`);
  };
  if (url.trim() === '') refuse(`is empty: write it like ${EXAMPLE}, or leave it out to keep data in memory`);
  if (/^\s*(["'`]).*\1\s*$/s.test(url)) refuse('has quotes around it: remove them');
  if (/^\s*DATABASE_URL\s*=/.test(url)) refuse('repeats its own name: keep only what follows the equals sign');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly the characters that must not be there.
  if (/[\s\x00-\x1f\x7f]/.test(url)) {
    refuse('has a space, line break or control character in it: remove it, or write a space as %20');
  }
  if (/^jdbc:/i.test(url)) refuse(`is a JDBC URL: write it like ${EXAMPLE}`);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1];
  if (scheme === undefined) refuse(`does not begin with postgres://: write it like ${EXAMPLE}`);
  if (/^https?$/i.test(scheme!)) {
    refuse(`is a web address: Confab needs the connection string of the database, like ${EXAMPLE}`);
  }
  if (!/^postgres(ql)?:\/\//.test(url)) {
    refuse(
      /^postgres(ql)?$/i.test(scheme!)
        ? `must begin with postgres:// in small letters and with two slashes: write it like ${EXAMPLE}`
        : `names something other than Postgres ("${scheme}:"): write it like ${EXAMPLE}`,
    );
  }
}

function parseHost(text: string, parameters: UrlParameters): { host: string; port: number } {
  if (text.includes(',') || parameters.host?.includes(',')) {
    throw new DatabaseUrlError('DATABASE_URL names several hosts: name the one that accepts writes.');
  }
  const parts = /^(\[[^\]]*\]|[^:]*)(?::([^:]*))?$/s.exec(text);
  if (parts === null) {
    throw new DatabaseUrlError(
      `DATABASE_URL has more than one colon after its host: write an IPv6 address in brackets, like [::1]:5432.`,
    );
  }
  const host = parameters.host ?? decode(parts[1]!.replace(/^\[(.*)\]$/s, '$1'), 'host');
  if (host === '') {
    throw new DatabaseUrlError(
      `DATABASE_URL names no host: write it like ${EXAMPLE}, or add ?host=/var/run/postgresql for a Unix socket.`,
    );
  }
  if (!isSocket(host) && !/^([a-z0-9_.-]+|[0-9a-f:.]*:[0-9a-f:.%a-z]*)$/i.test(host)) {
    throw new DatabaseUrlError(
      host.includes('/')
        ? `DATABASE_URL names a Unix socket folder that does not start with a slash: write it like ?host=/cloudsql/….`
        : `DATABASE_URL has a host with characters that no host name has: write it like ${EXAMPLE}.`,
    );
  }
  const portText = parameters.port ?? parts[2] ?? '';
  const port = portText === '' ? 5432 : Number(portText);
  if (!/^\d*$/.test(portText) || port < 1 || port > 65535) {
    throw new DatabaseUrlError(
      `DATABASE_URL has a port that is not a number from 1 to 65535: Postgres listens on 5432 unless told otherwise; ${ENCODE}.`,
    );
  }
  return { host, port };
}

function parseDatabase(path: string, parameters: UrlParameters): string {
  const database = parameters.dbname ?? decode(path, 'database name');
  if (database === '') {
    throw new DatabaseUrlError('DATABASE_URL names no database: add it after the host, like …:5432/confab.');
  }
  if (parameters.dbname === undefined && path.includes('/')) {
    throw new DatabaseUrlError(
      'DATABASE_URL has more than a database name after the host: keep one name after the slash.',
    );
  }
  return database;
}
