import { startCluster } from '../../lib/postgres-server/cluster.ts';
import { findPrograms } from '../../lib/postgres-server/find-programs.ts';
import { migrateDatabase } from '../../storage/database/migrate.ts';
import { run } from '../e2e/stage.ts';

/** A Postgres of its own with Confab's tables, for minutes; nothing of it outlives `stop`. */
export async function startScratchPostgres(): Promise<{ url: string; stop(): Promise<unknown> }> {
  const cluster = await startCluster({
    programs: await findPrograms({ searchPath: process.env.PATH }),
    durable: false,
  });
  try {
    await run(cluster.adminUrl, 'CREATE DATABASE confab');
    const url = cluster.urlFor('confab');
    await migrateDatabase({ url });
    return { url, stop: () => cluster.stop() };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
