import { type DatabaseTarget, describeTarget, parseDatabaseUrl } from './database-url.ts';
import { DatabaseUrlError } from './database-url-error.ts';

interface Fault {
  code: string;
  message: string;
  where: string;
  target: DatabaseTarget;
}

type Sentence = (fault: Fault) => string;

const untrusted: Sentence = ({ where }) =>
  `The certificate of ${where} is signed by an authority that is not trusted here: add sslrootcert=FILE with that authority's certificate to DATABASE_URL.`;
const unknownHost: Sentence = ({ target, code }) =>
  `The host "${target.host}" in DATABASE_URL is not known here (${code}): correct its name, or check this machine's DNS.`;
const unreachable: Sentence = ({ where, code }) =>
  `There is no way from this machine to ${where} (${code}): check the host in DATABASE_URL and the network.`;
const noAnswer: Sentence = ({ where }) =>
  `There was no answer from ${where} in time: check host and port in DATABASE_URL, and that no firewall is in between.`;
const hangsUp: Sentence = ({ where }) =>
  `The program at ${where} closed the connection at once: check that host and port in DATABASE_URL are those of a Postgres.`;

/** By SQLSTATE, errno or the code of a TLS error. */
const BY_CODE: Record<string, Sentence> = {
  ECONNREFUSED: ({ where }) =>
    `No Postgres answers at ${where} (connection refused): start it, for example with docker compose up -d, or correct host and port in DATABASE_URL.`,
  ENOENT: ({ where }) =>
    `There is no Unix socket ${where}: start the Postgres or proxy that makes it, or correct host= in DATABASE_URL.`,
  EACCES: ({ where }) =>
    `This account may not use the Unix socket ${where}: change its permissions, or host= in DATABASE_URL.`,
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ETIMEDOUT: noAnswer,
  ECONNRESET: hangsUp,
  EPIPE: hangsUp,
  '28P01': ({ target, where }) =>
    `The user "${target.user}" or its password is refused by ${where}: correct both in DATABASE_URL.`,
  '28000': ({ target, where, message }) =>
    /no encryption|SSL off/.test(message)
      ? `The server at ${where} lets nobody in without TLS: add sslmode=verify-full (or require) to DATABASE_URL.`
      : `The user "${target.user}" may not connect to ${where} (${message}): correct DATABASE_URL, or create the role or the entry in pg_hba.conf.`,
  '3D000': ({ target, where }) =>
    `The database of ${where} does not exist: create it with CREATE DATABASE "${target.database}", or correct the name in DATABASE_URL.`,
  '42501': ({ target, where }) =>
    `The user "${target.user}" lacks a right on ${where}: let an administrator run GRANT ALL ON DATABASE "${target.database}" TO "${target.user}".`,
  '53300': ({ where }) =>
    `The server at ${where} has no connection left: end other clients, raise its max_connections, or put PgBouncer in front of it.`,
  '57P03': ({ where, message }) => `The server at ${where} is not ready yet (${message}): try again in a moment.`,
  '57P01': ({ where }) => `The server at ${where} is being stopped: start it, then try again.`,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_HAS_EXPIRED: ({ where }) => `The certificate of ${where} has expired: renew it on the server.`,
  CERT_NOT_YET_VALID: ({ where }) => `The certificate of ${where} is not valid yet: correct this machine's clock.`,
  ERR_TLS_CERT_ALTNAME_INVALID: ({ where, target }) =>
    `The certificate of ${where} is not made out to "${target.host}": use a name it is made out to in DATABASE_URL, or sslmode=verify-ca.`,
};

/** Faults that the driver reports in words only. */
const BY_MESSAGE: [RegExp, Sentence][] = [
  [
    /does not support SSL/,
    ({ where }) =>
      `The server at ${where} offers no TLS, which is asked for: switch TLS on there, or add sslmode=disable to DATABASE_URL if the network between is private.`,
  ],
  [/timeout|timed out/i, noAnswer],
  [
    /password must be a non-empty string|password must be a string/i,
    ({ where, target }) =>
      `The server at ${where} asks for a password, and DATABASE_URL has none for "${target.user}".`,
  ],
  [/no such database|database ".*" does not exist/, (fault) => BY_CODE['3D000']!(fault)],
  [/no such user|SASL authentication failed/, (fault) => BY_CODE['28P01']!(fault)],
  [
    /unsupported startup parameter/,
    ({ where, message }) =>
      `The pooler at ${where} refuses a setting of the connection (${message}): remove options= from DATABASE_URL.`,
  ],
  [/terminated unexpectedly|establishing an SSL connection|socket disconnected|wrong version number/, hangsUp],
];

/**
 * Says in one sentence why a connection to `url` failed and which command or setting mends it. Takes whatever a driver
 * or the network throws, a {@link DatabaseUrlError} too. The password is never in it.
 */
export function diagnoseConnectionError(error: unknown, url: string): string {
  if (error instanceof DatabaseUrlError) return error.message;
  const cause = innermost(error);
  let target: DatabaseTarget;
  try {
    target = parseDatabaseUrl(url);
  } catch (urlError) {
    return (urlError as Error).message;
  }
  const fault = { ...cause, where: describeTarget(url), target };
  const sentence =
    BY_CODE[fault.code] ??
    BY_MESSAGE.find(([pattern]) => pattern.test(fault.message))?.[1] ??
    (() => `Connecting to ${fault.where} failed: ${fault.message}${fault.code === '' ? '' : ` (${fault.code})`}.`);
  return sentence(fault);
}

/** Unwraps what Node (one error per address), drizzle (one per query) and WebSockets (an event) put around the fault. */
function innermost(error: unknown): { code: string; message: string } {
  const { code, message, errors, cause } = error as {
    code?: string;
    message?: string;
    errors?: unknown[];
    cause?: unknown;
  };
  const inner = errors?.[0] ?? (error as { error?: unknown }).error;
  if (inner !== undefined) return innermost(inner);
  if (code === undefined && cause instanceof Error) {
    const root = innermost(cause);
    if (root.code !== '') return root;
  }
  return { code: code ?? '', message: (message || String(error)).replace(/\.$/, '') };
}
