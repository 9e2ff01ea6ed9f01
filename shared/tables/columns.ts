import { sql } from 'drizzle-orm';
import { jsonb, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { ClientId } from '../ids.ts';

/** A free-form JSON object, as stored in `info`, `metadata` and `details` columns. */
export type JsonObject = { [key: string]: JsonValue };
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** Instants are kept to the millisecond: the precision of a JavaScript `Date`, so that both storages agree. */
export const instant = (name: string) => timestamp(name, { precision: 3, withTimezone: true, mode: 'date' });

/** The tenant column that leads the key of every owned table. */
export const clientIdColumn = () => uuid('client_id').$type<ClientId>().notNull();

export const jsonObject = (name: string) => jsonb(name).$type<JsonObject>().notNull().default(sql`'{}'::jsonb`);
