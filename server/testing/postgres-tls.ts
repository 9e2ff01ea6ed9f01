import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { type Cluster, startCluster } from '../lib/postgres-server/cluster.ts';
import { findPrograms } from '../lib/postgres-server/find-programs.ts';

/** A file beside the server's certificate: the authority that signed it, good until 2126. */
export const TEST_AUTHORITY_FILE = fileURLToPath(new URL('./tls/ca.crt', import.meta.url));

/**
 * Starts a throw-away server that speaks TLS, with a certificate made out to `localhost` and not to 127.0.0.1, signed
 * by an authority that nobody trusts unless told to. The keys are for tests alone and guard nothing.
 */
export async function startTlsCluster(): Promise<Cluster> {
  const read = (name: string) => readFileSync(new URL(`./tls/${name}`, import.meta.url), 'utf8');
  return startCluster({
    programs: await findPrograms({ bin: inject('postgres').bin, searchPath: process.env.PATH }),
    durable: false,
    tls: { cert: read('server.crt'), key: read('server.key') },
  });
}
