import { afterAll, inject, test } from 'vitest';
import { databaseUrl } from '../../testing/databases.ts';
import { startPgBouncer } from '../../testing/pgbouncer.ts';
import { databaseHarness } from './database-harness.ts';
import { describeStorage } from './describe-storage.ts';

const pooler = await startPgBouncer(inject('postgres').adminUrl);

if (pooler.url === undefined) {
  console.log(`Not run behind PgBouncer: ${pooler.reason}.`);
  test('without a pgbouncer there is nothing to run behind it', () => {});
} else {
  afterAll(pooler.stop);
  describeStorage(
    'DatabaseStorage behind PgBouncer in transaction mode',
    databaseHarness((url) => ({ url: databaseUrl(pooler.url, new URL(url).pathname.slice(1)) })),
  );
}
