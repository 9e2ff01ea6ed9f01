import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCluster } from '../../lib/postgres-server/cluster.ts';
import { findMachinePrograms } from '../../lib/postgres-server/machine-programs.ts';
import { findPackagePrograms } from '../../lib/postgres-server/package-programs.ts';
import { databaseUrl, withConnection } from '../../testing/databases.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { compareCatalogs, readCatalog } from './catalog.ts';
import { migrateDatabase } from './migrate.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** The tables that the migrations have made there. */
function catalogOf(url: string) {
  return withConnection(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public' order by 1",
    );
    const tables = rows.map(({ name }) => name);
    return readCatalog(client, tables);
  });
}

test('the committed catalog is what the migrations make (after a new migration: run this file with -u)', async () => {
  const catalog = await catalogOf(database.url);
  await expect(`${JSON.stringify(catalog, null, 2)}\n`).toMatchFileSnapshot('./schema-catalog.json');
});

test('every version of Postgres at hand describes the tables in the same words', async () => {
  const here = await catalogOf(database.url);
  for (const programs of [...(await findMachinePrograms()), findPackagePrograms()]) {
    const cluster = await startCluster({ programs, durable: false });
    try {
      const url = databaseUrl(cluster.adminUrl, 'postgres');
      await migrateDatabase({ url });
      expect(await catalogOf(url), `Postgres ${cluster.version}`).toEqual(here);
    } finally {
      await cluster.stop();
    }
  }
});

describe('each departure from the catalog is told in a sentence', () => {
  const cases: [change: string, ...sentences: string[]][] = [
    ['drop table audit_log', 'The table audit_log is missing.'],
    ['alter table members drop column role', 'The column role of table members is missing.'],
    ['alter table users add column age integer', "The column age of table users is not one of Confab's."],
    [
      'alter table messages alter column content type varchar(10)',
      'The column content of table messages is "character varying(10) not null" and should be "text not null".',
    ],
    [
      'alter table users alter column name drop not null',
      'The column name of table users is "text" and should be "text not null".',
    ],
    [
      'alter table users alter column info drop default',
      `The column info of table users is "jsonb not null" and should be "jsonb not null default '{}'::jsonb".`,
    ],
    [
      'alter table messages drop constraint messages_sequence_positive',
      'The constraint messages_sequence_positive of table messages is missing.',
    ],
    [
      'alter table messages drop constraint messages_sequence_positive, add constraint messages_sequence_positive check (sequence >= 0)',
      'The constraint messages_sequence_positive of table messages is "CHECK ((sequence >= 0))" and should be "CHECK ((sequence > 0))".',
    ],
    [
      'alter table members drop constraint members_user_fk, add constraint members_user_fk foreign key (user_id) references users (id)',
      'The constraint members_user_fk of table members is "FOREIGN KEY (user_id) REFERENCES users(id)" and should be "FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE".',
    ],
    ['drop index members_user_idx', 'The index members_user_idx of table members is missing.'],
    ['create index extra on users (name)', "The index extra of table users is not one of Confab's."],
    [
      'drop index client_widgets_due_idx; create index client_widgets_due_idx on client_widgets (activate_at)',
      'The index client_widgets_due_idx of table client_widgets is "CREATE INDEX client_widgets_due_idx ON client_widgets USING btree (activate_at)" and should be "CREATE INDEX client_widgets_due_idx ON client_widgets USING btree (activate_at) WHERE (status = \'pending\'::text)".',
    ],
  ];
  test.each(cases)('%s', async (change, ...sentences) => {
    const expected = await catalogOf(database.url);
    await withConnection(database.url, async (client) => {
      await client.query('begin');
      await client.query(change);
      const found = await readCatalog(client, Object.keys(expected));
      expect(compareCatalogs(expected, found)).toEqual(expect.arrayContaining(sentences));
      await client.query('rollback');
    });
  });
});
