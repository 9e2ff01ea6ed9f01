import { createTestDatabase } from '../../testing/postgres.ts';
import type { PoolOptions } from '../database/connection.ts';
import { openDatabaseStorage } from '../database/database-storage.ts';
import { createTestEnvironment, type OpenHarness } from './harness.ts';

/**
 * Makes storages that each have a database of their own.
 * @param connectionTo how to reach the database with this URL; as it is when left out
 */
export function databaseHarness(
  connectionTo: (url: string) => Promise<PoolOptions> | PoolOptions = (url) => ({ url }),
): OpenHarness {
  return async () => {
    const database = await createTestDatabase();
    const env = createTestEnvironment();
    const storage = await openDatabaseStorage({ ...(await connectionTo(database.url)), env });
    return {
      storage,
      env,
      close: async () => {
        await storage.close();
        await database.drop();
      },
    };
  };
}
