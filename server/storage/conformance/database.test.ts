import { createTestDatabase } from '../../testing/postgres.ts';
import { openDatabaseStorage } from '../database/database-storage.ts';
import { describeStorage } from './describe-storage.ts';
import { createTestEnvironment } from './harness.ts';

describeStorage('DatabaseStorage on pg', async () => {
  const database = await createTestDatabase();
  const env = createTestEnvironment();
  const storage = await openDatabaseStorage({ url: database.url, env });
  return {
    storage,
    env,
    close: async () => {
      await storage.close();
      await database.drop();
    },
  };
});
