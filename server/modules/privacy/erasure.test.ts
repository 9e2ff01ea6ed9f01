import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDiskFileStore } from '../../files/disk-file-store.ts';
import { createMemorySessionStore } from '../../http/session-store/memory-session-store.ts';
import { createJobHandlers } from '../../jobs/handlers.ts';
import { startJobRunner } from '../../jobs/runner.ts';
import { systemEnvironment } from '../../lib/clock-and-ids.ts';
import { randomToken } from '../../lib/secrets.ts';
import { createStorage } from '../../storage/create-storage.ts';
import { MemStorage } from '../../storage/memory/mem-storage.ts';
import { withConnection } from '../../testing/databases.ts';
import { type MarkedVisitor, plantMarkedVisitor, visitorAddress } from '../../testing/marked-visitor.ts';
import { openPlantedWorld, type PlantedWorld, type Tenant } from '../../testing/planted-world.ts';
import { createTestDatabase } from '../../testing/postgres.ts';
import { testConfig } from '../../testing/route-world.ts';

/** A storage, and which of its tables hold a text. */
type Searchable = Awaited<ReturnType<Parameters<typeof openPlantedWorld>[0]>> & {
  tablesWith(text: string): Promise<string[]>;
};

async function openMemory(): Promise<Searchable> {
  const storage = new MemStorage(systemEnvironment);
  const sessionStore = createMemorySessionStore(systemEnvironment.now);
  return {
    parts: { storage, sessionStore },
    close: async () => sessionStore.close(),
    tablesWith: async (text) =>
      storage
        .snapshot()
        .filter(({ rows }) => JSON.stringify(rows).toLowerCase().includes(text))
        .map(({ table }) => table.name),
  };
}

async function openPostgres(): Promise<Searchable> {
  const database = await createTestDatabase();
  const opened = await createStorage({ ...testConfig, databaseUrl: database.url }, pino({ level: 'silent' }));
  return {
    parts: opened,
    async close() {
      await opened.stop();
      await database.drop();
    },
    tablesWith: (text) => searchDatabase(database.url, text),
  };
}

/** Looks through every column of every table there is, whatever it is called. */
function searchDatabase(url: string, text: string): Promise<string[]> {
  return withConnection(url, async (client) => {
    const { rows: columns } = await client.query<{ table_name: string; column_name: string; data_type: string }>(
      `select table_name, column_name, data_type from information_schema.columns
       where table_schema = 'public' and table_name in
         (select table_name from information_schema.tables where table_type = 'BASE TABLE')`,
    );
    expect(columns.length).toBeGreaterThan(100);
    const found = new Set<string>();
    for (const { table_name: table, column_name: column, data_type: type } of columns) {
      const value = type === 'bytea' ? `encode("${column}", 'escape')` : `"${column}"::text`;
      const { rows } = await client.query<{ there: boolean }>(
        `select exists (select from "${table}" where position($1 in lower(${value})) > 0) as there`,
        [text],
      );
      if (rows[0]?.there) found.add(table);
    }
    return [...found].sort();
  });
}

async function filesWith(folder: string, text: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const found = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if (path.toLowerCase().includes(text) || (await readFile(path, 'utf8')).toLowerCase().includes(text)) {
      found.push(path);
    }
  }
  return found;
}

/** Where a marked visitor leaves traces: a search that finds none here would be blind. */
const traces = [
  'answer_receipts',
  'attachments',
  'audit_log',
  'chunks',
  'conversation_notes',
  'conversation_ratings',
  'conversation_search',
  'conversations',
  'document_parts',
  'documents',
  'handoffs',
  'messages',
  'visitors',
  'webhook_calls',
  'webhook_deliveries',
];

describe.each([
  ['memory', openMemory],
  ['Postgres', openPostgres],
])('on %s', { timeout: 120_000 }, (_storage, open) => {
  let searchable: Searchable;
  let world: PlantedWorld;
  let tenant: Tenant;
  let folder: string;
  const lines: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'confab-erasure-'));
    searchable = await open();
    world = await openPlantedWorld(async () => searchable, {
      files: createDiskFileStore(folder),
      log: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
    });
    tenant = await world.plant();
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Jobs are done that erasing has left. */
  async function settle(): Promise<void> {
    const runner = startJobRunner(world.deps, createJobHandlers(world.deps));
    await runner.idle();
    await runner.stop();
  }

  const ways: [string, (marked: MarkedVisitor) => Promise<{ status: number; json: unknown }>][] = [
    ['themselves', ({ visitor }) => world.send({ method: 'DELETE', path: '/api/visitor/data', headers: visitor })],
    [
      'a member',
      async ({ visitorId }) =>
        world.send({
          method: 'DELETE',
          path: `/api/clients/${tenant.clientId}/visitors/${visitorId}`,
          headers: { cookie: await tenant.people.admin.cookie() },
        }),
    ],
    [
      'a program',
      ({ visitorId }) =>
        world.send({
          method: 'DELETE',
          path: `/api/v1/visitors/${visitorId}`,
          headers: { 'x-org-key': tenant.secretKey },
        }),
    ],
  ];

  test.each(ways)(
    'nothing that was said, sent or made of a visitor is left after erasure by %s',
    async (_who, erase) => {
      const mark = `zq${randomToken(12)
        .replace(/[^a-z0-9]/gi, '')
        .toLowerCase()}`;
      const marked = await plantMarkedVisitor(world, tenant, mark);
      expect(await searchable.tablesWith(mark)).toEqual(expect.arrayContaining(traces));
      expect(await filesWith(folder, mark)).toHaveLength(2);

      const { status, json } = await erase(marked);
      expect([status, json]).toEqual([200, expect.objectContaining({ counts: expect.any(Object) })]);
      await settle();
      expect(await searchable.tablesWith(mark)).toEqual([]);
      expect(await filesWith(folder, mark)).toEqual([]);
      expect(lines.filter((line) => line.toLowerCase().includes(mark))).toEqual([]);
      expect(await searchable.tablesWith(visitorAddress)).toEqual([]);
      expect(lines.filter((line) => line.includes(visitorAddress))).toEqual([]);

      // What is another visitor's stays.
      expect(await tenant.own.conversations.find(marked.othersId)).toMatchObject({ messageCount: 2 });
      expect((json as { counts: object }).counts).toMatchObject({
        visitors: 1,
        conversations: 1,
        attachments: 2,
        notes: 1,
        ratings: 1,
        webhookCalls: 1,
        approvedAnswers: 1,
      });
    },
  );
});
