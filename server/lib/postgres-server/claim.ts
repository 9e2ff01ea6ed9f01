import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** An advisory lock key that no other use of the `postgres` database of our own clusters has: "confab" in ASCII. */
const OWNER_KEY = 0x63_6f_6e_66_61_62;
const RETRY_MS = 50;
const RECLAIM_MS = 1000;

/** The right to stop a running cluster. */
export interface Claim {
  /** Gives the right up; also once the server has stopped. */
  release: () => Promise<void>;
}

/**
 * Claims a running cluster for this process. The claim is an advisory lock on a connection of its own, so it ends with
 * this process, however that ends.
 * @returns the claim, or `undefined` when another process still holds it after `patienceMs`; and the server's version
 */
export async function claimCluster(
  adminUrl: string,
  patienceMs: number,
): Promise<{ claim: Claim | undefined; version: string }> {
  const deadline = Date.now() + patienceMs;
  let client = await connect(adminUrl);
  const { rows } = await client.query<{ version: string }>("SELECT split_part(version(), ' ', 2) AS version");
  const version = rows[0]!.version;
  while (!(await lock(client))) {
    if (Date.now() >= deadline) {
      await client.end();
      return { claim: undefined, version };
    }
    await delay(RETRY_MS);
  }
  let released = false;
  const reclaim = () => {
    if (!released) setTimeout(() => void claimAgain(), RECLAIM_MS).unref();
  };
  const claimAgain = async () => {
    const next = released ? undefined : await connect(adminUrl).catch(() => undefined);
    if (next === undefined) return reclaim();
    client = next;
    client.once('end', reclaim);
    if (released || !(await lock(client).catch(() => false))) return client.end();
    holdsProcess(client, false);
  };
  // A server that restarts itself after a crash of one of its processes drops every connection, this one too.
  client.once('end', reclaim);
  holdsProcess(client, false);
  return {
    version,
    claim: {
      release: async () => {
        released = true;
        holdsProcess(client, true);
        await client.end();
      },
    },
  };
}

async function connect(adminUrl: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: adminUrl,
    application_name: 'confab-owner',
    connectionTimeoutMillis: 5000,
    keepAlive: true,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Lets the process end while the claim is held, or not while something is asked on its connection. */
function holdsProcess(client: pg.Client, holds: boolean): void {
  const handle = client as pg.Client & { ref: () => void; unref: () => void };
  if (holds) handle.ref();
  else handle.unref();
}

async function lock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(`SELECT pg_try_advisory_lock(${OWNER_KEY}) AS held`);
  return rows[0]?.held === true;
}
