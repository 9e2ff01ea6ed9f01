import { is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import * as schema from '../../shared/schema.ts';
import { allTables } from './memory/mem-all-tables.ts';
import { rebuiltTables, sessionTable, transferTables } from './transfer-tables.ts';

test('every table is carried to another installation, or made anew there, or belongs to the session store', () => {
  const declared = Object.values(schema).filter((value) => is(value, PgTable));
  const covered = [...transferTables.map(({ table }) => table), ...rebuiltTables, sessionTable];
  expect(declared.length).toBeGreaterThan(25);
  expect(new Set(covered)).toEqual(new Set(declared));
});

test('every table that is carried is kept in memory too', () => {
  expect(transferTables.map(({ name }) => name).sort()).toEqual(allTables.map(({ name }) => name).sort());
});

test('a table comes after every other one that its rows refer to', () => {
  const names = transferTables.map(({ name }) => name);
  for (const [at, { references }] of transferTables.entries()) {
    for (const { to } of references) expect(names.indexOf(to)).toBeLessThan(at);
  }
});

test('the primary key of rows that belong to clients begins with the client', () => {
  for (const { key, isOwned } of transferTables) expect(key[0]).toBe(isOwned ? 'clientId' : 'id');
});
