import { bigint, foreignKey, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { users } from './accounts.ts';
import { instant } from './columns.ts';

/** Links that prove who a user is, such as those in mails. Each works once. */
export const userTokens = pgTable(
  'user_tokens',
  {
    /** SHA-256 of the link's token, hexadecimal. */
    id: text('id').primaryKey(),
    userId: uuid('user_id').notNull(),
    purpose: text('purpose').$type<TokenPurpose>().notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [
    index('user_tokens_user_idx').on(t.userId),
    index('user_tokens_expiry_idx').on(t.expiresAt),
    foreignKey({ name: 'user_tokens_user_fk', columns: [t.userId], foreignColumns: [users.id] }).onDelete('cascade'),
  ],
);

/** What a user proves beside the password that it is they who sign in. */
export const userSecondFactors = pgTable(
  'user_second_factors',
  {
    /** The user's. */
    id: uuid('id').primaryKey(),
    /** The key that their app makes codes with, sealed. */
    sealedSecret: text('sealed_secret').notNull(),
    /** SHA-256 of each recovery code that has not been used, hexadecimal. */
    recoveryHashes: jsonb('recovery_hashes').$type<string[]>().notNull(),
    /** The time step of the last code that was taken, so that none works twice. */
    lastStep: bigint('last_step', { mode: 'number' }).notNull(),
    /** Asked for at sign-in from then on; null: not yet proven to work. */
    confirmedAt: instant('confirmed_at'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    foreignKey({ name: 'user_second_factors_user_fk', columns: [t.id], foreignColumns: [users.id] }).onDelete(
      'cascade',
    ),
  ],
);

/** How often something was done lately, for limits that all processes share. */
export const tallies = pgTable(
  'tallies',
  {
    /** Says what is counted; a hash where it is made of addresses. */
    id: text('id').primaryKey(),
    count: integer('count').notNull(),
    /** Nothing more until then; null: not held up. */
    blockedUntil: instant('blocked_until'),
    /** Counted anew from then on. */
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [index('tallies_expiry_idx').on(t.expiresAt)],
);

export type TokenPurpose = 'passwordReset';
export type UserToken = typeof userTokens.$inferSelect;
export type SecondFactor = typeof userSecondFactors.$inferSelect;
export type Tally = typeof tallies.$inferSelect;
