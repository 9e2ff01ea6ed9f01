import { describe, expect, test } from 'vitest';
import { withConnection } from '../../testing/databases.ts';
import { createTestDatabase } from '../../testing/postgres.ts';
import type { Catalog, TableCatalog } from '../database/catalog.ts';
import committed from '../database/schema-catalog.json' with { type: 'json' };
import { kindOf, localTables, referenceTables, schemaFaults, statementFaults } from './citus-rules.ts';

/* That every statement of the storage fits, or is listed, is tested where they are all sent: in `database.test.ts`. */

const catalog: Catalog = committed;
const tables = Object.keys(catalog);

describe('the tables fit a distributed Postgres', () => {
  test('every key and every foreign key of a distributed table names the client', () => {
    expect(schemaFaults(catalog)).toEqual([]);
  });

  test('each that belongs to no client is listed, and so is each that is read before a client is known', () => {
    const withoutClient = tables.filter((table) => !('client_id' in catalog[table]!.columns));
    expect(withoutClient.filter((table) => kindOf(table) === 'distributed')).toEqual([]);
    expect([...referenceTables, ...localTables].filter((table) => !tables.includes(table))).toEqual([]);
  });

  test('there are no triggers, rules, sequences and generated columns, which Citus refuses or restricts', async () => {
    const database = await createTestDatabase();
    const found = await withConnection(database.url, (client) =>
      client.query(`
        select 'trigger' as kind, tgname as name from pg_trigger where not tgisinternal
        union all select 'rule', rulename from pg_rules where schemaname = 'public'
        union all select 'sequence', sequencename from pg_sequences where schemaname = 'public'
        union all select 'generated', attname from pg_attribute a join pg_class c on c.oid = a.attrelid
          where c.relnamespace = 'public'::regnamespace and (a.attgenerated <> '' or a.attidentity <> '')`),
    );
    await database.drop();
    expect(found.rows).toEqual([]);
  });

  const table = (more: Partial<TableCatalog>): TableCatalog => ({
    columns: { client_id: 'uuid not null', id: 'uuid not null' },
    constraints: {},
    indexes: {},
    ...more,
  });
  const refused: [string, string, TableCatalog][] = [
    ['a key without the client', 'messages', table({ constraints: { k: 'PRIMARY KEY (id)' } })],
    [
      'a unique index without the client',
      'messages',
      table({ indexes: { i: 'CREATE UNIQUE INDEX i ON messages USING btree (id)' } }),
    ],
    ['no client at all', 'messages', table({ columns: { id: 'uuid not null' } })],
    [
      'a sequence',
      'messages',
      table({ columns: { client_id: 'uuid', n: "bigint not null default nextval('n'::regclass)" } }),
    ],
    [
      'a foreign key without the client',
      'messages',
      table({ constraints: { f: 'FOREIGN KEY (conversation_id) REFERENCES conversations(id)' } }),
    ],
    [
      'a foreign key with the client in another place',
      'messages',
      table({ constraints: { f: 'FOREIGN KEY (client_id, id) REFERENCES conversations(id, client_id)' } }),
    ],
    [
      'a foreign key that empties the client',
      'messages',
      table({
        constraints: {
          f: 'FOREIGN KEY (client_id, w) REFERENCES client_widgets(client_id, id) ON DELETE SET NULL (w)',
        },
      }),
    ],
    [
      'one from a table that is whole everywhere to a distributed one',
      'members',
      table({ constraints: { f: 'FOREIGN KEY (client_id, id) REFERENCES conversations(client_id, id)' } }),
    ],
    [
      'one to a table of the coordinator',
      'messages',
      table({ constraints: { f: 'FOREIGN KEY (id) REFERENCES tallies(id)' } }),
    ],
  ];
  test.each(refused)('%s is found out', (_what, name, one) => {
    expect(schemaFaults({ [name]: one })).toHaveLength(1);
  });
});

describe('a statement is let through', () => {
  test.each([
    'select * from "messages" where "messages"."client_id" = $1',
    'select m.* from messages m join conversations c on c.client_id = m.client_id where c.client_id = $1 for update',
    'select * from conversations inner join clients on clients.id = conversations.client_id where clients.id = $1',
    'insert into "messages" ("client_id", "id") values ($1, $2), ($3, $4) on conflict do nothing',
    'insert into passage_terms (client_id, key) select $1::uuid, added.* from unnest($2::int[]) added',
    'select * from client_widgets where client_widgets.public_key = $1',
    'delete from tallies where tallies.expires_at < $1',
  ])('%s', (sql) => {
    expect(statementFaults(sql, tables)).toEqual([]);
  });
});

describe('a statement is found out', () => {
  test.each([
    ['select * from messages where messages.id = $1', 'messages is not tied to one client'],
    [
      'select * from messages m join conversations c on c.client_id = m.client_id for update',
      'messages is not tied to one client',
    ],
    [
      'insert into messages (id, client_id) select m.id, m.client_id from messages m where m.client_id = $1',
      'messages',
    ],
    ['with gone as (delete from jobs where jobs.client_id = $1 returning *) select * from gone', 'inside WITH'],
    ['select * from messages, tallies where messages.client_id = $1', 'tallies is on the coordinator alone'],
    ['update messages set client_id = $1 where messages.client_id = $2', 'changes client_id'],
    ['update messages set id = gen_random_uuid() where messages.client_id = $1', 'volatile'],
    ['insert into messages (client_id, id) values ($1, (select id from users limit 1))', 'subquery'],
  ])('%s', (sql, fault) => {
    expect(statementFaults(sql, tables).join('; ')).toContain(fault);
  });
});
