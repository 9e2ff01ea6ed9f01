import { join } from 'node:path';
import { pino } from 'pino';
import type { Config } from '../config.ts';
import { createDatabaseSessionStore } from '../http/session-store/database-session-store.ts';
import { createMemorySessionStore } from '../http/session-store/memory-session-store.ts';
import { systemEnvironment } from '../lib/clock-and-ids.ts';
import { type CopiedHouse, copyHouse } from '../moving/copy-house.ts';
import { forgetMoved } from '../moving/moved-mark.ts';
import { withProgress } from '../moving/progress.ts';
import { clearHouse } from '../moving/target.ts';
import type { PoolOptions } from '../storage/database/connection.ts';
import { diagnoseConnectionError } from '../storage/database/connection-errors.ts';
import { holdWrites, markMovedAway, readDatabaseMove, releaseWrites } from '../storage/database/database-move.ts';
import { openDatabaseStorage } from '../storage/database/database-storage.ts';
import { describeTarget } from '../storage/database/database-url.ts';
import { migrateDatabase } from '../storage/database/migrate.ts';
import { MemStorage } from '../storage/memory/mem-storage.ts';
import { loadState, saveState } from '../storage/memory/state-file.ts';
import { requireCurrentSchema } from './describe-database.ts';
import { type CommandDatabase, withClient, withDatabase } from './open-database.ts';
import { CommandError, type Console } from './run-command.ts';

export interface MoveDatabaseOptions {
  /** `memory`, or the URL of a Postgres. */
  to: string;
  /** The database goes on as before, and what is copied is a copy. */
  copy: boolean;
  config: Config;
  console: Console;
}

/** How long connections have to end before the move is given up. */
const endMsMax = 15_000;

/** Where the data go. */
interface Target {
  house: CopiedHouse;
  /** For people. */
  name: string;
  /** Keeps what was copied. Answers what is to be done now. */
  keep(): Promise<string>;
  /** Leaves nothing of what was copied. */
  discard(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Moves everything from the configured database. Meanwhile and afterwards no process can write to it: what is refused
 * with 503 is sent again by those who sent it, and arrives where the data are then.
 * @throws CommandError; then the database goes on as before
 */
export async function moveDatabase({ to, copy, config, console }: MoveDatabaseOptions): Promise<void> {
  await withDatabase(config, async (database) => {
    await requireCurrentSchema(database, console);
    const target = to === 'memory' ? await memoryTarget(config) : await postgresTarget(to, config);
    try {
      const next = await withClient(database, async (client) => {
        if (copy) return copyInto(target, database, console);
        const move = await readDatabaseMove(client);
        if (move !== undefined) {
          throw new CommandError(
            `The data of ${database.name} have been moved to ${move.to} already: use them there, or take them back with npm run db:move -- --release.`,
          );
        }
        await holdWrites(client, { to: target.name, at: new Date(), maxMs: endMsMax });
        console.print(`Nobody can write to ${database.name} any more; servers answer reads, and writes with 503.`);
        try {
          const done = await copyInto(target, database, console);
          await markMovedAway(client, { to: target.name, at: new Date() });
          return done;
        } catch (error) {
          await releaseWrites(client, endMsMax);
          throw error;
        }
      });
      console.print(next);
      if (!copy) {
        console.print(
          `A process that starts on ${database.name} refuses, until npm run db:move -- --release takes the data back.`,
        );
      }
    } catch (error) {
      if (error instanceof CommandError) throw error;
      throw new CommandError(`${(error as Error).message.replace(/\.$/, '')}. ${database.name} goes on as before.`, {
        cause: error,
      });
    } finally {
      await target.close();
    }
  });
}

/** Lets a database that was moved away, or whose move was broken off, be used again. @throws CommandError */
export async function releaseDatabase(config: Config, console: Console): Promise<void> {
  await withDatabase(config, async (database) => {
    const released = await withClient(database, (client) => releaseWrites(client, endMsMax));
    console.print(
      released
        ? `${database.name} can be used again, with what it held when it was moved. What was written since is where it was moved to.`
        : `${database.name} has not been moved: nothing was changed.`,
    );
  });
}

async function copyInto(target: Target, database: CommandDatabase, console: Console): Promise<string> {
  const from = await openHouse(database.pool);
  try {
    const rows = await withProgress(console.print, (progress) => copyHouse(from.house, target.house, progress));
    console.print(`Copied ${rows} rows to ${target.name}.`);
    return await target.keep();
  } catch (error) {
    await target.discard();
    throw error;
  } finally {
    await from.close();
  }
}

async function openHouse(pool: PoolOptions) {
  const storage = await openDatabaseStorage({ ...pool, env: systemEnvironment });
  const sessionStore = createDatabaseSessionStore({ pool: storage.pool, log: pino({ level: 'silent' }) });
  return {
    house: { storage, sessionStore },
    async close() {
      sessionStore.close();
      await storage.close();
    },
  };
}

async function postgresTarget(url: string, config: Config): Promise<Target> {
  if (!/^postgres(ql)?:/.test(url)) throw new CommandError('--to names neither memory nor a database: postgres://….');
  const pool: PoolOptions = {
    url,
    driver: config.databaseDriver,
    pooler: config.databasePooler,
    production: config.production,
  };
  try {
    await migrateDatabase(pool);
  } catch (error) {
    throw new CommandError(diagnoseConnectionError(error, url), { cause: error });
  }
  const { house, close } = await openHouse(pool);
  const name = describeTarget(url);
  if (!(await house.storage.accounts.isEmpty())) {
    await close();
    throw new CommandError(
      `${name} has clients or users already: name an empty database, or use db:export and db:import.`,
    );
  }
  return {
    house,
    name,
    close,
    keep: async () =>
      `Set DATABASE_URL to ${name} with its password, and start the servers again: then they write there.`,
    discard: () => house.storage.transaction(clearHouse),
  };
}

async function memoryTarget({ dataDir }: Config): Promise<Target> {
  const file = join(dataDir, 'memory-state.jsonl');
  if ((await loadState(file, systemEnvironment)) !== undefined) {
    throw new CommandError(
      `There is what a server in memory has left, in ${file}: remove it, or start with it, first.`,
    );
  }
  const storage = new MemStorage(systemEnvironment);
  const sessionStore = createMemorySessionStore();
  return {
    house: { storage, sessionStore },
    name: `the memory of a server with its data folder in ${dataDir}`,
    async keep() {
      await saveState(storage, file, { sessions: sessionStore.entries() });
      forgetMoved(dataDir);
      return `Start a server without DATABASE_URL: its data live in its memory then, are written to ${file} when it is stopped, and are lost when it is killed.`;
    },
    discard: async () => {},
    close: async () => sessionStore.close(),
  };
}
