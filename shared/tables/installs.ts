import { sql } from 'drizzle-orm';
import { check, foreignKey, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { StoredFault } from '../install-vocabulary.ts';
import { clientIdColumn, instant } from './columns.ts';
import { clientWidgets } from './widgets.ts';

/** On which sites a widget's tag has been seen, and when. */
export const widgetInstalls = pgTable(
  'widget_installs',
  {
    clientId: clientIdColumn(),
    widgetId: uuid('widget_id').notNull(),
    /** As in `https://www.example.com`. */
    origin: text('origin').notNull(),
    firstSeenAt: instant('first_seen_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'widget_installs_pkey', columns: [t.clientId, t.widgetId, t.origin] }),
    foreignKey({
      name: 'widget_installs_widget_fk',
      columns: [t.clientId, t.widgetId],
      foreignColumns: [clientWidgets.clientId, clientWidgets.id],
    }).onDelete('cascade'),
  ],
);

/** What was found wrong with a widget's tag on a site. */
export const widgetFindings = pgTable(
  'widget_findings',
  {
    clientId: clientIdColumn(),
    widgetId: uuid('widget_id').notNull(),
    /** As in `https://www.example.com`; `null` of a page that has none. */
    origin: text('origin').notNull(),
    kind: text('kind').$type<StoredFault>().notNull(),
    /** The policy's directive or the other address that it is about; null where there is none. */
    detail: text('detail'),
    /** How often it was told since `firstSeenAt`. */
    count: integer('count').notNull(),
    /** Since when, without a break that somebody noticed. */
    firstSeenAt: instant('first_seen_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
    /** When the site was seen without it; null: it is still there. */
    solvedAt: instant('solved_at'),
  },
  (t) => [
    primaryKey({ name: 'widget_findings_pkey', columns: [t.clientId, t.widgetId, t.origin, t.kind] }),
    foreignKey({
      name: 'widget_findings_widget_fk',
      columns: [t.clientId, t.widgetId],
      foreignColumns: [clientWidgets.clientId, clientWidgets.id],
    }).onDelete('cascade'),
    check(
      'widget_findings_kind_known',
      sql`${t.kind} in ('csp-frame', 'csp-connect', 'frame-blocked', 'double-install', 'two-hosts', 'launcher-covered', 'launcher-hidden', 'storage-blocked', 'polling-only', 'socket-blocked', 'site-not-allowed', 'widget-inactive', 'sandboxed')`,
    ),
    check('widget_findings_count_positive', sql`${t.count} > 0`),
  ],
);

/** The secret with which a site signs who its visitors are, and why the last signature was refused. */
export const widgetIdentities = pgTable(
  'widget_identities',
  {
    clientId: clientIdColumn(),
    widgetId: uuid('widget_id').notNull(),
    secret: text('secret').notNull(),
    createdAt: instant('created_at').notNull(),
    /** Why a token was refused last, in plain words; null when none has been. */
    lastFailure: text('last_failure'),
    lastFailureAt: instant('last_failure_at'),
  },
  (t) => [
    primaryKey({ name: 'widget_identities_pkey', columns: [t.clientId, t.widgetId] }),
    foreignKey({
      name: 'widget_identities_widget_fk',
      columns: [t.clientId, t.widgetId],
      foreignColumns: [clientWidgets.clientId, clientWidgets.id],
    }).onDelete('cascade'),
  ],
);

export type WidgetInstall = typeof widgetInstalls.$inferSelect;
export type WidgetFinding = typeof widgetFindings.$inferSelect;
export type WidgetIdentity = typeof widgetIdentities.$inferSelect;
