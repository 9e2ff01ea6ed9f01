import { getTableColumns, type Table } from 'drizzle-orm';
import { createSelectSchema } from 'drizzle-zod';
import * as schema from '../../../shared/schema.ts';
import type { AnyTable } from './mem-table.ts';
import { untyped } from './mem-table.ts';
import * as memory from './mem-tables.ts';

/** A sign-in session, in the shape of the session table. */
export interface SavedSession {
  sid: string;
  sess: Record<string, unknown>;
  expire: Date;
}

/** How the rows of one table are read back from the file. */
interface RowFormat {
  /** The row. @throws Error that says in one line what is wrong with the value */
  read(value: unknown): object;
}

const formats = new Map<string, RowFormat & { table: AnyTable }>(
  (
    [
      [memory.users, schema.users, schema.userRowSchema],
      [memory.clients, schema.clients, schema.clientRowSchema],
      [memory.members, schema.members, schema.memberRowSchema],
      [memory.invitations, schema.invitations, schema.invitationRowSchema],
      [memory.apiKeys, schema.apiKeys, schema.apiKeyRowSchema],
      [memory.widgets, schema.clientWidgets, schema.widgetRowSchema],
      [memory.installs, schema.widgetInstalls, schema.widgetInstallRowSchema],
      [memory.identities, schema.widgetIdentities, schema.widgetIdentityRowSchema],
      [memory.visitors, schema.visitors, schema.visitorRowSchema],
      [memory.conversations, schema.conversations, schema.conversationRowSchema],
      [memory.messages, schema.messages, schema.messageRowSchema],
      [memory.attachments, schema.attachments, schema.attachmentRowSchema],
      [memory.notes, schema.conversationNotes, schema.noteRowSchema],
      [memory.cannedReplies, schema.cannedReplies, schema.cannedReplyRowSchema],
      [memory.handoffs, schema.handoffs, schema.handoffRowSchema],
      [memory.ratings, schema.conversationRatings, schema.ratingRowSchema],
      [memory.conversationSearch, schema.conversationSearch, schema.searchEntryRowSchema],
      [memory.auditLog, schema.auditLog, schema.auditEntryRowSchema],
    ] as const
  ).map(([definition, table, rowSchema]) => [
    definition.name,
    { table: untyped(definition), ...createFormat(table, rowSchema) },
  ]),
);

const sessionFormat = createFormat(schema.session, createSelectSchema(schema.session));

/** The table of that name and the row. @throws Error when there is no such table or the row does not fit it */
export function readRow(tableName: unknown, value: unknown): { table: AnyTable; row: object } {
  const format = typeof tableName === 'string' ? formats.get(tableName) : undefined;
  if (format === undefined) throw new Error(`there is no table ${JSON.stringify(tableName)}`);
  return { table: format.table, row: format.read(value) };
}

/** @throws Error when it is no session */
export function readSession(value: unknown): SavedSession {
  return sessionFormat.read(value) as SavedSession;
}

/** As much of a row schema as is needed here. */
interface RowSchema {
  strict(): {
    safeParse(
      value: unknown,
    ):
      | { success: true; data: object }
      | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } };
  };
}

function createFormat(table: Table, rowSchema: RowSchema): RowFormat {
  // Strict: a column this version does not know must not be dropped in silence.
  const strict = rowSchema.strict();
  const columns = Object.entries(getTableColumns(table));
  const instants = columns.filter(([, column]) => column.dataType === 'date').map(([name]) => name);
  return {
    read(value) {
      if (typeof value !== 'object' || value === null) throw new Error('the row is no object');
      const row: Record<string, unknown> = { ...value };
      for (const name of instants) {
        const text = row[name];
        if (typeof text === 'string') row[name] = new Date(text);
      }
      const result = strict.safeParse(row);
      if (result.success) return result.data;
      const { path, message } = result.error.issues[0]!;
      throw new Error(path.length > 0 ? `${path.join('.')}: ${message}` : message);
    },
  };
}
