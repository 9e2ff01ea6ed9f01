import { afterAll, expect, inject, test } from 'vitest';
import { withConnection } from './databases.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from './postgres.ts';

const created: TestDatabase[] = [];
afterAll(() => Promise.all(created.map((database) => database.drop())));

async function keep(database: Promise<TestDatabase>): Promise<TestDatabase> {
  created.push(await database);
  return database;
}

function tablesOf(url: string): Promise<string[]> {
  return withConnection(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    );
    return rows.map((row) => row.name);
  });
}

test('a test database has every table and is nobody else’s', async () => {
  const [first, second] = await Promise.all([keep(createTestDatabase()), keep(createTestDatabase())]);
  expect(await tablesOf(first.url)).toContain('conversations');
  await withConnection(first.url, (client) => client.query('DROP TABLE messages CASCADE'));
  expect(await tablesOf(first.url)).not.toContain('messages');
  expect(await tablesOf(second.url)).toContain('messages');
});

test('many test databases can be made at once', async () => {
  const databases = await Promise.all(Array.from({ length: 12 }, () => keep(createTestDatabase())));
  expect(new Set(databases.map((database) => database.url)).size).toBe(12);
});

test('an empty database has no table', async () => {
  const database = await keep(createEmptyDatabase());
  expect(await tablesOf(database.url)).toEqual([]);
});

test('a dropped database is gone, even with somebody connected to it', async () => {
  const database = await createTestDatabase();
  await withConnection(database.url, async () => {
    await database.drop();
  });
  await expect(tablesOf(database.url)).rejects.toMatchObject({ code: '3D000' });
});

test('the run’s server is a supported version', () => {
  expect(Number.parseInt(inject('postgres').version, 10)).toBeGreaterThanOrEqual(15);
});
