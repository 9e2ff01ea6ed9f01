import type pg from 'pg';
import { query } from './lease.ts';

/** The server is up, but reads must not go there. */
export class NoReplicaError extends Error {
  override readonly name = 'NoReplicaError';
}

/**
 * Where the next record goes, which is behind the header of its page when a page has just been filled, while a replica
 * that has replayed everything stands before that header: 24 bytes, and 40 in the first page of a file. No record ends
 * right there.
 */
const writtenQuery = `
with written as materialized (select pg_current_wal_insert_lsn() as at), within as (
  select at, mod(at - '0/0'::pg_lsn, current_setting('wal_block_size')::numeric) as of_page,
    mod(at - '0/0'::pg_lsn, pg_size_bytes(current_setting('wal_segment_size'))::numeric) as of_file
  from written
)
select (case when of_file = 40 then at - 40::numeric when of_page = 24 then at - 24::numeric else at end)::text as position
from within`;

/**
 * How far the primary has written its log: everything whose commit was acknowledged before is at or below. The position
 * of insertion, since a commit that is not waited for (`synchronous_commit = off`) may not be written yet.
 */
export async function writtenSoFar(primary: pg.Pool, timeoutMs: number): Promise<string> {
  const { rows } = await query(primary, { text: writtenQuery, name: 'confab_written' }, undefined, timeoutMs);
  return rows[0].position;
}

/** Whether the replica shows everything up to `position`. @throws NoReplicaError when it is a replica no more */
export async function hasReplayed(replica: pg.Pool, position: string, timeoutMs: number): Promise<boolean> {
  const text =
    'select pg_is_in_recovery() as replica, coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false) as reached';
  const { rows } = await query(replica, { text, name: 'confab_replayed' }, [position], timeoutMs);
  if (!rows[0].replica) throw new NoReplicaError('it is not a replica');
  return rows[0].reached;
}

/**
 * Positions of two servers can be compared only when one replays the log of the other.
 * @throws NoReplicaError when the second is no replica of the first, as far as they tell
 */
export async function checkIsReplica(primary: pg.Pool, replica: pg.Pool, timeoutMs: number): Promise<void> {
  const [here, there] = await Promise.all([identityOf(primary, timeoutMs), identityOf(replica, timeoutMs)]);
  if (here.database !== there.database) throw new NoReplicaError('it leads to a database of another name');
  if (here.system !== undefined && there.system !== undefined && here.system !== there.system) {
    throw new NoReplicaError('it is a replica of another server');
  }
}

async function identityOf(pool: pg.Pool, timeoutMs: number): Promise<{ database: string; system: string | undefined }> {
  const named = await query(pool, { text: 'select current_database() as database' }, undefined, timeoutMs);
  // Some providers keep it to themselves; then the name has to do.
  const system = await query(
    pool,
    { text: 'select system_identifier::text as system from pg_control_system()' },
    undefined,
    timeoutMs,
  ).then(
    ({ rows }) => rows[0].system as string,
    (error: { code?: string }) => {
      if (error.code === '42501' || error.code === '42883' || error.code === '0A000') return undefined;
      throw error;
    },
  );
  return { database: named.rows[0].database, system };
}
