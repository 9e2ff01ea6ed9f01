import { foreignKey, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
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
export type WidgetIdentity = typeof widgetIdentities.$inferSelect;
