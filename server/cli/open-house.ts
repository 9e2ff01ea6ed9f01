import { pino } from 'pino';
import type { Config, Secrets } from '../config.ts';
import { createFileStore } from '../files/create-file-store.ts';
import { createDatabaseSessionStore } from '../http/session-store/database-session-store.ts';
import { systemEnvironment } from '../lib/clock-and-ids.ts';
import { readOperatorFile } from '../moving/operator-file.ts';
import type { House } from '../moving/write-export.ts';
import { createStorage } from '../storage/create-storage.ts';
import { openDatabaseStorage } from '../storage/database/database-storage.ts';
import { requireCurrentSchema } from './describe-database.ts';
import { withDatabase } from './open-database.ts';
import { CommandError, type Console } from './run-command.ts';

/**
 * Gives `work` everything that is kept, as configured: in a database, or, where none is named, in the file that a server
 * in memory leaves when it is stopped. What `work` has changed in memory is in that file afterwards.
 * @throws CommandError when the tables are not those of this version, or while a server has the data in its memory
 */
export async function withHouse<T>(
  {
    config,
    secrets,
    console,
  }: { config: Config; secrets: Pick<Secrets, 's3Keys' | 'directusToken'>; console: Console },
  work: (house: House, name: string) => Promise<T>,
): Promise<T> {
  const files = await createFileStore(config, secrets);
  const log = pino({ level: 'silent' });
  if (config.databaseUrl === undefined) {
    const running = readOperatorFile(config.dataDir);
    if (running !== undefined) {
      throw new CommandError(
        `A server (process ${running.pid}) has the data in its memory: stop it, which saves them, or move them to a database with npm run db:move.`,
      );
    }
    const opened = await createStorage(config, log);
    try {
      return await work({ ...opened, files }, 'memory');
    } finally {
      await opened.stop();
    }
  }
  return withDatabase(config, async (database) => {
    await requireCurrentSchema(database, console);
    const storage = await openDatabaseStorage({ ...database.pool, env: systemEnvironment });
    const sessionStore = createDatabaseSessionStore({ pool: storage.pool, log });
    try {
      return await work({ storage, sessionStore, files }, database.name);
    } finally {
      sessionStore.close();
      await storage.close();
    }
  });
}
