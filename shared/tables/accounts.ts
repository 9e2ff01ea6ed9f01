import { sql } from 'drizzle-orm';
import { check, foreignKey, index, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { ClientId } from '../ids.ts';
import type { Role } from '../permissions.ts';
import { clientIdColumn, instant, jsonObject } from './columns.ts';

/** People who sign in. Not owned by a client: a user may be a member of several. */
export const users = pgTable(
  'users',
  {
    id: uuid('id').primaryKey(),
    /** Lower case, trimmed; the name a person signs in with. */
    email: text('email').notNull(),
    name: text('name').notNull(),
    /** Self-describing hash string: the algorithm and its parameters are part of it. */
    passwordHash: text('password_hash').notNull(),
    info: jsonObject('info'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [uniqueIndex('users_email_key').on(t.email), check('users_email_lower', sql`${t.email} = lower(${t.email})`)],
);

/** Tenants. Everything but users and sign-in sessions belongs to exactly one. */
export const clients = pgTable('clients', {
  id: uuid('id').$type<ClientId>().primaryKey(),
  name: text('name').notNull(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

/** Which user may act for which client, and as what. */
export const members = pgTable(
  'members',
  {
    clientId: clientIdColumn(),
    userId: uuid('user_id').notNull(),
    role: text('role').$type<Role>().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'members_pkey', columns: [t.clientId, t.userId] }),
    index('members_user_idx').on(t.userId),
    foreignKey({ name: 'members_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete('cascade'),
    foreignKey({ name: 'members_user_fk', columns: [t.userId], foreignColumns: [users.id] }).onDelete('cascade'),
    check('members_role_known', sql`${t.role} in ('owner', 'admin', 'agent')`),
  ],
);

/** Open and used invitations. The link's token is stored as a hash only. */
export const invitations = pgTable(
  'invitations',
  {
    clientId: clientIdColumn(),
    id: uuid('id').notNull(),
    /** When set, only a user with this address may accept. */
    email: text('email'),
    role: text('role').$type<Role>().notNull(),
    tokenHash: text('token_hash').notNull(),
    expiresAt: instant('expires_at').notNull(),
    acceptedAt: instant('accepted_at'),
    createdBy: uuid('created_by'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'invitations_pkey', columns: [t.clientId, t.id] }),
    uniqueIndex('invitations_token_key').on(t.tokenHash),
    foreignKey({ name: 'invitations_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete(
      'cascade',
    ),
    foreignKey({ name: 'invitations_creator_fk', columns: [t.createdBy], foreignColumns: [users.id] }).onDelete(
      'set null',
    ),
    check('invitations_role_known', sql`${t.role} in ('owner', 'admin', 'agent')`),
  ],
);

/** Secret keys of the integration API. Shown whole once, stored as a hash with a readable prefix. */
export const apiKeys = pgTable(
  'api_keys',
  {
    clientId: clientIdColumn(),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    /** The first characters of the key, enough for a person to tell keys apart. */
    prefix: text('prefix').notNull(),
    /** SHA-256 of the whole key, hexadecimal. */
    keyHash: text('key_hash').notNull(),
    lastUsedAt: instant('last_used_at'),
    revokedAt: instant('revoked_at'),
    createdBy: uuid('created_by'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'api_keys_pkey', columns: [t.clientId, t.id] }),
    uniqueIndex('api_keys_hash_key').on(t.keyHash),
    foreignKey({ name: 'api_keys_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete('cascade'),
    foreignKey({ name: 'api_keys_creator_fk', columns: [t.createdBy], foreignColumns: [users.id] }).onDelete(
      'set null',
    ),
  ],
);

export type User = typeof users.$inferSelect;
export type Client = typeof clients.$inferSelect;
export type Member = typeof members.$inferSelect;
export type Invitation = typeof invitations.$inferSelect;
export type ApiKey = typeof apiKeys.$inferSelect;
