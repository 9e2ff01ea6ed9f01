import type pg from 'pg';
import { type Catalog, readCatalog } from '../storage/database/catalog.ts';
import { declaredTableNames, declaredTables, loadDrizzleKit } from './drizzle-kit.ts';

const SCRATCH = 'confab_declared';

/**
 * What Postgres makes of the tables in `shared/tables/`: they are created in a schema of their own, described, and
 * taken back. To be called inside a transaction, which sees nothing of it afterwards.
 */
export async function readDeclaredCatalog(client: pg.PoolClient): Promise<Catalog> {
  const { generateDrizzleJson, generateMigration } = await loadDrizzleKit();
  const statements = await generateMigration(generateDrizzleJson({}), generateDrizzleJson(declaredTables));
  await client.query('SAVEPOINT declared_catalog');
  await client.query(`CREATE SCHEMA ${SCRATCH}`);
  await client.query(`SET LOCAL search_path TO ${SCRATCH}`);
  for (const statement of statements) await client.query(statement.replaceAll('"public".', `"${SCRATCH}".`));
  const catalog = await readCatalog(client, declaredTableNames, SCRATCH);
  await client.query('ROLLBACK TO SAVEPOINT declared_catalog');
  return catalog;
}
