import { index, json, pgTable, timestamp, varchar } from 'drizzle-orm/pg-core';

/**
 * Sign-in sessions in the shape that connect-pg-simple reads and writes. Declared here so that `db:push` knows it and
 * never proposes to drop it.
 */
export const session = pgTable(
  'session',
  {
    sid: varchar('sid').primaryKey(),
    sess: json('sess').$type<Record<string, unknown>>().notNull(),
    expire: timestamp('expire', { precision: 6 }).notNull(),
  },
  (t) => [index('session_expire_idx').on(t.expire)],
);
