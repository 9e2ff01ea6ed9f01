import type pg from 'pg';
import { withProgress } from '../moving/progress.ts';
import { type Catalog, compareCatalogs, readCatalog } from '../storage/database/catalog.ts';
import { lockMigrations, readMigrations, recordMigration } from '../storage/database/migrate.ts';
import migratedCatalog from '../storage/database/schema-catalog.json' with { type: 'json' };
import { readSchemaState } from '../storage/database/schema-state.ts';
import { describeChange } from './change-plan.ts';
import { readDeclaredCatalog } from './declared-catalog.ts';
import { declaredTableNames } from './drizzle-kit.ts';
import { planMends } from './mend-plan.ts';
import { withClient, withDatabase } from './open-database.ts';
import { type PushPlan, planPush } from './push-plan.ts';
import { CommandError, type Console, defineCommand, runAsProcess } from './run-command.ts';

export const push = defineCommand({
  name: 'db:push',
  summary: 'Brings the database to the tables in shared/tables/, without a migration. For development.',
  details: [
    'Prints its plan first. On a terminal it asks; elsewhere it carries out plans that lose nothing and fails on others.',
    'Everything happens in one transaction. Tables, types and sequences that Confab does not declare are left alone.',
  ],
  options: {
    'dry-run': { type: 'flag', help: 'Prints the plan and changes nothing.' },
    force: { type: 'flag', help: 'Goes on without asking, also when data is lost.' },
  },
  run: ({ options, config, console }) =>
    withDatabase(config, (database) =>
      withClient(database, (client) =>
        pushTables(client, { force: options.force, isDryRun: options['dry-run'], console }),
      ),
    ),
});

/**
 * Plans, asks, carries out and checks. Afterwards the database has the declared tables to the last CHECK constraint, or
 * nothing was changed.
 * @throws CommandError
 */
export async function pushTables(
  client: pg.PoolClient,
  { force, isDryRun = false, console }: { force: boolean; isDryRun?: boolean; console: Console },
): Promise<void> {
  const plan = await inTransaction(client, () => planAll(client));
  if (plan.statements.length === 0) {
    console.print('No changes: the database has every table as it is declared.');
    return;
  }
  console.print(`${plan.statements.length} statements to run:`);
  for (const statement of plan.statements) console.print(`\n${statement}`);
  console.print('');
  for (const line of await describeChange(client, plan.statements)) console.print(line);
  for (const loss of plan.losses) console.print(`Loss: ${loss}`);
  if (isDryRun) {
    console.print('Nothing was changed: this was a dry run.');
    return;
  }
  if (plan.losses.length > 0 && !force) {
    throw new CommandError(
      'This would lose what is named above, and nothing was changed: make a backup, then run npm run db:push -- --force.',
    );
  }
  if (console.interactive && !force && !(await console.confirm('Run them?'))) {
    throw new CommandError('It was not confirmed, and nothing was changed.');
  }
  await inTransaction(client, async () => {
    await lockMigrations(client);
    const now = await planAll(client);
    // Another process did the same while this one waited for the lock.
    if (now.statements.length === 0) return;
    if (!isSame(plan, now)) {
      throw new CommandError('Somebody else has changed the database meanwhile: run it again.');
    }
    await withProgress(console.print, async (progress) => {
      for (const [at, statement] of plan.statements.entries()) {
        progress.step(`statement ${at + 1} of ${plan.statements.length}`);
        await run(client, statement);
      }
    });
    await checkAndMend(client, console);
    await keepRecord(client, console);
  });
  console.print('Done: the database has every table as it is declared.');
}

/** The whole plan; what drizzle-kit overlooks can be told beforehand only where it sees nothing to do itself. */
async function planAll(client: pg.PoolClient): Promise<PushPlan> {
  const plan = await planPush(client);
  if (plan.statements.length > 0) return plan;
  const { expected, found } = await readBoth(client);
  return { statements: planMends(expected, found), losses: [] };
}

async function checkAndMend(client: pg.PoolClient, console: Console): Promise<void> {
  const { expected, found } = await readBoth(client);
  for (const statement of planMends(expected, found)) {
    console.print(`${statement}\n`);
    await run(client, statement);
  }
  const differences = compareCatalogs(expected, await readCatalog(client, declaredTableNames));
  if (differences.length === 0) return;
  for (const difference of differences) console.print(difference);
  throw new CommandError(
    'The database would not be as declared: what is named above is beyond db:push, and nothing was changed.',
  );
}

async function readBoth(client: pg.PoolClient): Promise<{ expected: Catalog; found: Catalog }> {
  const expected = await readDeclaredCatalog(client);
  return { expected, found: await readCatalog(client, declaredTableNames) };
}

/** A database that records its migrations goes on doing so, where its tables are now what the migrations make. */
async function keepRecord(client: pg.PoolClient, console: Console): Promise<void> {
  const { kind, pending } = await readSchemaState(client);
  const found = await readCatalog(client, declaredTableNames);
  const isMigrated = compareCatalogs(migratedCatalog as Catalog, found).length === 0;
  if (kind === 'behind' && isMigrated) {
    for (const migration of readMigrations()) {
      if (pending.includes(migration.tag)) await recordMigration(client, migration);
    }
    console.print(`Recorded as applied: ${pending.join(', ')}.`);
  } else if (!isMigrated) {
    console.print('No migration makes these tables yet: write it with npm run db:generate before you commit.');
  }
}

async function run(client: pg.PoolClient, statement: string): Promise<void> {
  try {
    await client.query(statement);
  } catch (error) {
    const reason = (error as Error).message.replace(/\.$/, '');
    throw new CommandError(`Postgres refuses "${statement.split('\n')[0]}" (${reason}); nothing was changed.`);
  }
}

async function inTransaction<T>(client: pg.PoolClient, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

function isSame(one: PushPlan, other: PushPlan): boolean {
  return one.statements.join('\n') === other.statements.join('\n');
}

await runAsProcess(import.meta.url, push);
