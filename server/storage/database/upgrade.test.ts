import { afterEach, expect, test } from 'vitest';
import { systemEnvironment } from '../../lib/clock-and-ids.ts';
import { verifyHouse } from '../../moving/verify-house.ts';
import { withConnection } from '../../testing/databases.ts';
import { createMemoryFileStore } from '../../testing/memory-file-store.ts';
import { createEmptyDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { openDatabaseStorage } from './database-storage.ts';
import { createMigrationsTable, migrateDatabase, readMigrations, recordMigration } from './migrate.ts';
import { readSchemaState } from './schema-state.ts';

let database: TestDatabase;
afterEach(() => database.drop());

const migrations = readMigrations();
const clientId = '019b0000-0000-7abc-8def-000000000001';
const id = (n: number) => `019b0000-0000-7abc-8def-0000000001${n.toString(16).padStart(2, '0')}`;

/** A row in each table of the first version that other tables build on, in columns that every version has. */
const firstRows = `
  insert into users (id, email, name, password_hash, info, created_at, updated_at)
    values ('${id(1)}', 'ada@example.com', 'Ada', 'x', '{}', now(), now());
  insert into clients (id, name, created_at, updated_at) values ('${clientId}', 'Acme', now(), now());
  insert into members (client_id, user_id, role, created_at) values ('${clientId}', '${id(1)}', 'owner', now());
  insert into conversations (client_id, id, status, tags, metadata, message_count, last_sequence, last_message_preview,
      last_message_role, last_message_at, visitor_read_sequence, agent_read_sequence, created_at, updated_at)
    values ('${clientId}', '${id(2)}', 'open', '{}', '{}', 2, 2, 'Two', 'user', '2026-01-01', 2, 0, now(), now());
  insert into messages (client_id, conversation_id, sequence, id, role, content, metadata, created_at)
    values ('${clientId}', '${id(2)}', 1, '${id(3)}', 'user', 'One', '{}', '2026-01-01'),
      ('${clientId}', '${id(2)}', 2, '${id(4)}', 'user', 'Two', '{}', '2026-01-01');`;

test.each(migrations.map(({ tag }, at) => [tag, at] as const))(
  'a database of the version of %s, with data in it, is brought up to this version and keeps them',
  async (_tag, at) => {
    database = await createEmptyDatabase();
    await withConnection(database.url, async (client) => {
      await createMigrationsTable(client);
      for (const migration of migrations.slice(0, at + 1)) {
        for (const statement of migration.statements) await client.query(statement);
        await recordMigration(client, migration);
        if (migration === migrations[0]) await client.query(firstRows);
      }
    });
    await migrateDatabase({ url: database.url });
    const storage = await openDatabaseStorage({ url: database.url, env: systemEnvironment });
    try {
      expect(await readSchemaState(storage.pool, { thorough: true })).toMatchObject({ kind: 'current' });
      const { counts, faults } = await verifyHouse({ storage, files: createMemoryFileStore() });
      expect(faults).toEqual([]);
      expect(counts).toMatchObject({ users: 1, clients: 1, members: 1, conversations: 1, messages: 2 });
    } finally {
      await storage.close();
    }
  },
);
