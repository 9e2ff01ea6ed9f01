import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { type DatabaseTarget, isLoopback, isSocket } from './database-url.ts';
import { DatabaseUrlError } from './database-url-error.ts';
import type { SslMode } from './database-url-parameters.ts';

/** How connections to one server are encrypted. */
export interface TlsPlan {
  mode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
  /** What `tls.connect` gets, or `undefined` when TLS is not to be tried. */
  options: ConnectionOptions | undefined;
}

/**
 * Decides on TLS. What `sslmode` says holds, with libpq's meanings, except that certificates are checked against those
 * Node trusts where no `sslrootcert` is given. Without an `sslmode`: none over a Unix socket or loopback; `verify-full`
 * in production; else `prefer`, as libpq does.
 * @throws DatabaseUrlError when a certificate file cannot be read
 */
export function planTls(target: DatabaseTarget, production: boolean): TlsPlan {
  const { parameters, host } = target;
  const mode = isSocket(host) ? 'disable' : effectiveMode(parameters.sslMode ?? defaultMode(host, production), target);
  if (mode === 'disable') return { mode, options: undefined };
  const verifies = mode === 'verify-ca' || mode === 'verify-full';
  const options: ConnectionOptions = { rejectUnauthorized: verifies };
  if (verifies && parameters.sslRootCert !== undefined && parameters.sslRootCert !== 'system') {
    options.ca = readPem(parameters.sslRootCert, 'sslrootcert');
  }
  // This mode trusts whoever the authority has certified, under whichever name.
  if (mode === 'verify-ca') options.checkServerIdentity = () => undefined;
  if (parameters.sslCert !== undefined) options.cert = readPem(parameters.sslCert, 'sslcert');
  if (parameters.sslKey !== undefined) options.key = readPem(parameters.sslKey, 'sslkey');
  return { mode, options };
}

function defaultMode(host: string, production: boolean): SslMode {
  if (isLoopback(host)) return 'disable';
  return production ? 'verify-full' : 'prefer';
}

function effectiveMode(mode: SslMode, target: DatabaseTarget): TlsPlan['mode'] {
  const { sslRootCert } = target.parameters;
  if (sslRootCert === 'system' && mode !== 'disable') return 'verify-full';
  if (mode === 'allow') return 'prefer';
  if (mode === 'no-verify') return 'require';
  if (mode === 'require' && sslRootCert !== undefined) return 'verify-ca';
  return mode;
}

function readPem(file: string, name: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new DatabaseUrlError(
      `DATABASE_URL names the file ${file} as its ${name}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
  if (/-----BEGIN [A-Z0-9 ]+-----/.test(text)) return text;
  throw new DatabaseUrlError(`DATABASE_URL names the file ${file} as its ${name}, which is not in PEM form.`);
}
