import { sql } from 'drizzle-orm';
import { check, foreignKey, index, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type {
  BusinessHours,
  EngineSettings,
  PreChatForm,
  RetrievalSettings,
  WidgetAppearance,
  WidgetEngine,
  WidgetLanguage,
  WidgetPosition,
  WidgetStatus,
  WidgetTheme,
} from '../widget-settings.ts';
import { clients } from './accounts.ts';
import { clientIdColumn, instant } from './columns.ts';

/** Embeddable chats with their settings and their assistant. */
export const clientWidgets = pgTable(
  'client_widgets',
  {
    clientId: clientIdColumn(),
    id: uuid('id').notNull(),
    /** What the site's tag names. Public, stable unless rotated on purpose. */
    publicKey: text('public_key').notNull(),
    name: text('name').notNull(),
    welcomeMessage: text('welcome_message').notNull(),
    systemPrompt: text('system_prompt').notNull(),
    /** `#rrggbb`, lower case. */
    color: text('color').notNull(),
    position: text('position').$type<WidgetPosition>().notNull(),
    theme: text('theme').$type<WidgetTheme>().notNull(),
    language: text('language').$type<WidgetLanguage>().notNull(),
    /** Name of the voice used in calls; empty: none. */
    voice: text('voice').notNull(),
    /** Hosts that may show the widget; empty: nobody. */
    allowedSites: text('allowed_sites').array().notNull(),
    suggestedQuestions: text('suggested_questions').array().notNull(),
    appearance: jsonb('appearance').$type<WidgetAppearance>().notNull(),
    businessHours: jsonb('business_hours').$type<BusinessHours>().notNull(),
    preChat: jsonb('pre_chat').$type<PreChatForm>().notNull(),
    retrieval: jsonb('retrieval').$type<RetrievalSettings>().notNull(),
    engine: text('engine').$type<WidgetEngine>().notNull(),
    engineSettings: jsonb('engine_settings').$type<EngineSettings>().notNull(),
    status: text('status').$type<WidgetStatus>().notNull(),
    /** Why the status is `failed`; otherwise null. */
    statusReason: text('status_reason'),
    /** When a pending widget is to be activated by itself; null: not scheduled. */
    activateAt: instant('activate_at'),
    activatedAt: instant('activated_at'),
    /** When set, the widget answers nobody and is kept for its conversations. */
    archivedAt: instant('archived_at'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'client_widgets_pkey', columns: [t.clientId, t.id] }),
    uniqueIndex('client_widgets_public_key_key').on(t.publicKey),
    index('client_widgets_due_idx').on(t.activateAt).where(sql`status = 'pending'`),
    foreignKey({ name: 'client_widgets_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete(
      'cascade',
    ),
    check('client_widgets_color_form', sql`${t.color} ~ '^#[0-9a-f]{6}$'`),
    check('client_widgets_position_known', sql`${t.position} in ('left', 'right')`),
    check('client_widgets_theme_known', sql`${t.theme} in ('light', 'dark', 'auto')`),
    check('client_widgets_engine_known', sql`${t.engine} in ('knowledge', 'llm', 'webhook', 'none')`),
    check('client_widgets_status_known', sql`${t.status} in ('pending', 'activating', 'active', 'failed')`),
  ],
);

export type Widget = typeof clientWidgets.$inferSelect;
