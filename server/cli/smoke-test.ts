import { createDatabaseSessionStore } from '../http/session-store/database-session-store.ts';
import { systemEnvironment } from '../lib/clock-and-ids.ts';
import { createLogger } from '../logger.ts';
import { openDatabaseStorage } from '../storage/database/database-storage.ts';
import { requireCurrentSchema } from './describe-database.ts';
import { type CommandDatabase, withClient, withDatabase } from './open-database.ts';
import { CommandError, type Console, defineCommand, runAsProcess } from './run-command.ts';
import { createSmokeWorld, type SmokeWorld, smokeChecks } from './smoke-checks.ts';

export const smokeTest = defineCommand({
  name: 'db:smoke-test',
  summary: 'Tries everything Confab needs of its database: PASS or FAIL per check, and the counts at the end.',
  details: ['It works on rows of its own, which it takes away again, and disturbs no others. Safe in production.'],
  options: {},
  async run({ config, console }) {
    const counts = { passed: 0, failed: 0 };
    const check = async (title: string, work: () => Promise<unknown>) => {
      const startedAt = performance.now();
      try {
        await work();
        counts.passed++;
        console.print(`PASS  ${title} (${Math.round(performance.now() - startedAt)} ms)`);
      } catch (error) {
        counts.failed++;
        console.print(`FAIL  ${title}: ${reasonOf(error)}`);
      }
    };
    // The first check is the connection itself, which lasts as long as all the others.
    let reached = false;
    const everything = withDatabase(config, async (database) => {
      reached = true;
      await check(`connects to ${database.name}`, async () => {});
      await checkDatabase(database, console, check);
    });
    await everything.catch(async (error: unknown) => {
      if (reached) throw error;
      await check('connects to the database', () => Promise.reject(error));
    });
    console.print(`\n${counts.passed} passed, ${counts.failed} failed`);
    if (counts.failed > 0)
      throw new CommandError(`${counts.failed} of ${counts.passed + counts.failed} checks failed.`);
  },
});

type Check = (title: string, work: () => Promise<unknown>) => Promise<void>;

async function checkDatabase(database: CommandDatabase, console: Console, check: Check): Promise<void> {
  await check('has the tables of this version', () => requireCurrentSchema(database, console));
  const storage = await openDatabaseStorage({ ...database.pool, env: systemEnvironment });
  const sessionStore = createDatabaseSessionStore({ pool: storage.pool, log: createLogger('silent') });
  const world = createSmokeWorld({ storage, sessionStore, newId: systemEnvironment.newId });
  try {
    for (const { title, run } of smokeChecks) await check(title, () => run(world));
  } finally {
    await check('takes its rows away again', () => removeTraces(database, world));
    sessionStore.close();
    await storage.close();
  }
}

/** By hand, so that it also works where storage does not; each on its own, so that one failure leaves the others. */
async function removeTraces(database: CommandDatabase, { mark }: SmokeWorld): Promise<void> {
  await withClient(database, async (client) => {
    const removals: [string, string][] = [
      ['DELETE FROM clients WHERE name LIKE $1', `${mark} %`],
      ['DELETE FROM users WHERE email = $1', `${mark}@confab.invalid`],
      ['DELETE FROM session WHERE sid = $1', mark],
    ];
    const faults: unknown[] = [];
    for (const [statement, value] of removals) {
      await client.query(statement, [value]).catch((error: unknown) => faults.push(error));
    }
    if (faults.length > 0) throw faults[0];
  });
}

/** The first line, and what is behind it where storage hides it from visitors. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  const first = (text: string) => text.trim().split('\n')[0]!.replace(/[:.]$/, '');
  return cause instanceof Error ? `${first(message)} (${first(innermost(cause).message)})` : first(message);
}

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}

await runAsProcess(import.meta.url, smokeTest);
