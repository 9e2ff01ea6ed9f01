import { statfs } from 'node:fs/promises';
import type { Pool } from 'pg';
import { describeState, readSchemaState } from '../../../storage/database/schema-state.ts';
import { type Check, green, red, yellow } from '../check.ts';
import { describeSpace, type Statfs } from './disk.ts';

export interface DatabaseCheckDeps {
  pool: Pool;
  now(): Date;
  statfs?: Statfs;
}

const skewMsMax = 1_000;
const oldestMajor = 15;

/** What the database says of itself. */
export function databaseChecks({ pool, now, statfs: look = statfs }: DatabaseCheckDeps): Check[] {
  return [
    {
      id: 'database-pool',
      title: 'Connections to the database',
      async run() {
        // Looked at before any other check asks: those of all checks together could wait for each other.
        const { totalCount: open, idleCount, waitingCount: waiting } = pool;
        const { used, most, slowest } = await one<{ used: number; most: number; slowest: number }>(
          pool,
          `SELECT (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
             current_setting('max_connections')::int AS most,
             (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float FROM pg_stat_activity
               WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()) AS slowest`,
        );
        const seen = `${open} open here, ${open - idleCount} busy, ${waiting} waiting for one; ${used} of the server's ${most} in use; the longest transaction runs for ${slowest.toFixed(1)} s.`;
        if (used > most * 0.9)
          return red(seen, 'Raise max_connections, lower DATABASE_POOL_MAX, or put PgBouncer in between.');
        if (waiting > 0)
          return yellow(
            seen,
            'If it stays so, look for slow statements; a larger DATABASE_POOL_MAX helps only with idle cores.',
          );
        if (slowest > 30)
          return yellow(
            seen,
            'Look into pg_stat_activity for who holds it open: it keeps others waiting and rows from being cleaned up.',
          );
        return green(seen);
      },
    },
    {
      id: 'database-version',
      title: 'Database version',
      async run() {
        const { version, number } = await one<{ version: string; number: number }>(
          pool,
          "SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number",
        );
        const major = Math.floor(number / 10_000);
        const seen = `Postgres ${version}.`;
        return major < oldestMajor
          ? red(seen, `Confab needs Postgres ${oldestMajor} or newer: upgrade it.`)
          : green(seen);
      },
    },
    {
      id: 'database-migrations',
      title: 'Tables of this version',
      async run() {
        const state = await readSchemaState(pool);
        const seen = describeState(state);
        return state.kind === 'current'
          ? green(seen)
          : red(seen, 'Run npm run db:migrate, then start the server anew.');
      },
    },
    {
      id: 'database-clock',
      title: 'Clock of this machine against the database',
      async run() {
        const before = now().getTime();
        const { at } = await one<{ at: Date }>(pool, 'SELECT clock_timestamp() AS at');
        const after = now().getTime();
        // The database answered somewhere between the two; within that time nothing can be said.
        const skewMs = at.getTime() < before ? at.getTime() - before : Math.max(0, at.getTime() - after);
        const seen = `They differ by ${Math.abs(skewMs)} ms (the answer took ${after - before} ms).`;
        if (Math.abs(skewMs) <= skewMsMax) return green(seen);
        return yellow(
          seen,
          'Have both machines set their clocks by NTP (timedatectl set-ntp true): leases of jobs, tokens and the order of lists go by them.',
        );
      },
    },
    {
      id: 'database-random-page-cost',
      title: 'How the database plans reads',
      async run() {
        const { cost, name } = await one<{ cost: string; name: string }>(
          pool,
          "SELECT current_setting('random_page_cost') AS cost, current_database() AS name",
        );
        const seen = `random_page_cost is ${cost} on Confab's connections.`;
        if (Number(cost) <= 2) return green(seen);
        return yellow(seen, `It is for spinning disks: ALTER DATABASE "${name}" SET random_page_cost = 1.1;`);
      },
    },
    {
      id: 'database-vectors',
      title: 'Search by meaning in the database',
      async run() {
        const { available, installed } = await one<{ available: string | null; installed: string | null }>(
          pool,
          `SELECT (SELECT default_version FROM pg_available_extensions WHERE name = 'vector') AS available,
             (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS installed`,
        );
        if (installed !== null) return green(`pgvector ${installed} is installed.`);
        if (available !== null)
          return green(`pgvector ${available} is there and not used: Confab compares vectors itself.`);
        return green('pgvector is not there and not needed: Confab compares vectors itself.');
      },
    },
    {
      id: 'database-disk',
      title: 'Room for the database',
      async run() {
        const { size } = await one<{ size: string }>(
          pool,
          'SELECT pg_size_pretty(pg_database_size(current_database())) AS size',
        );
        const folder = await one<{ folder: string }>(pool, "SELECT current_setting('data_directory') AS folder").catch(
          () => undefined,
        );
        const space = folder && (await look(folder.folder).catch(() => undefined));
        if (!space)
          return green(
            `The database takes ${size}. How much room is left cannot be seen from here: watch it where it runs.`,
          );
        const finding = describeSpace(space, 'the disk of the database');
        return { ...finding, seen: `The database takes ${size}. ${finding.seen}` };
      },
    },
  ];
}

async function one<Row extends object>(pool: Pool, text: string): Promise<Row> {
  const { rows } = await pool.query<Row>(text);
  return rows[0]!;
}
