import { sql } from 'drizzle-orm';
import { check, foreignKey, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { clients, users } from './accounts.ts';
import { clientIdColumn, instant, jsonObject } from './columns.ts';

/** Who changed what, written in the transaction of the change. Ids are UUIDv7, so the key is also the order in time. */
export const auditLog = pgTable(
  'audit_log',
  {
    clientId: clientIdColumn(),
    id: uuid('id').notNull(),
    actorKind: text('actor_kind').$type<'user' | 'apiKey' | 'visitor' | 'system'>().notNull(),
    /** The user who acted; null for other kinds, and when the user is gone. */
    actorId: uuid('actor_id'),
    /** The actor's name at that time, readable after the actor is gone. */
    actorName: text('actor_name').notNull(),
    /** `area.verb`, as in `widget.updated`. */
    action: text('action').notNull(),
    targetType: text('target_type').notNull(),
    targetId: text('target_id').notNull(),
    details: jsonObject('details'),
    requestId: text('request_id'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'audit_log_pkey', columns: [t.clientId, t.id] }),
    index('audit_log_target_idx').on(t.clientId, t.targetId),
    foreignKey({ name: 'audit_log_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete(
      'cascade',
    ),
    foreignKey({ name: 'audit_log_actor_fk', columns: [t.actorId], foreignColumns: [users.id] }).onDelete('set null'),
    check('audit_log_actor_known', sql`${t.actorKind} in ('user', 'apiKey', 'visitor', 'system')`),
  ],
);

export type AuditEntry = typeof auditLog.$inferSelect;
