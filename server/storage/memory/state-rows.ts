import { getTableColumns, is, SQL, type Table } from 'drizzle-orm';
import { createSelectSchema } from 'drizzle-zod';
import * as schema from '../../../shared/schema.ts';
import * as answers from './mem-answer-tables.ts';
import * as knowledge from './mem-knowledge-tables.ts';
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
      [memory.users, schema.users],
      [memory.clients, schema.clients],
      [memory.members, schema.members],
      [memory.invitations, schema.invitations],
      [memory.apiKeys, schema.apiKeys],
      [memory.widgets, schema.clientWidgets],
      [memory.installs, schema.widgetInstalls],
      [memory.identities, schema.widgetIdentities],
      [memory.visitors, schema.visitors],
      [memory.conversations, schema.conversations],
      [memory.messages, schema.messages],
      [memory.attachments, schema.attachments],
      [memory.notes, schema.conversationNotes],
      [memory.cannedReplies, schema.cannedReplies],
      [memory.handoffs, schema.handoffs],
      [memory.ratings, schema.conversationRatings],
      [memory.conversationSearch, schema.conversationSearch],
      [memory.auditLog, schema.auditLog],
      [knowledge.documents, schema.documents],
      [knowledge.documentParts, schema.documentParts],
      [knowledge.chunks, schema.chunks],
      [answers.jobs, schema.jobs],
      [answers.answerReceipts, schema.answerReceipts],
      [answers.webhookCalls, schema.webhookCalls],
      [answers.webhookSecrets, schema.webhookSecrets],
      [answers.modelSettings, schema.modelSettings],
      [answers.modelUsage, schema.modelUsage],
    ] as const
  ).map(([definition, table]) => [definition.name, { table: untyped(definition), ...createFormat(table) }]),
);

const sessionFormat = createFormat(schema.session);

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

/** The schema is made with the first row: a start without a state file has no use for it. */
function createFormat(table: Table): RowFormat {
  let strict: ReturnType<RowSchema['strict']> | undefined;
  const columns = Object.entries(getTableColumns(table));
  // A column younger than the file has what the migration that made it gave to the rows that were there.
  const additions = columns.flatMap(([name, column]) => {
    if (!column.notNull) return [[name, null] as const];
    return column.default === undefined || is(column.default, SQL) ? [] : [[name, column.default] as const];
  });
  const instants = columns.filter(([, column]) => column.dataType === 'date').map(([name]) => name);
  return {
    read(value) {
      if (typeof value !== 'object' || value === null) throw new Error('the row is no object');
      const row: Record<string, unknown> = { ...Object.fromEntries(additions), ...value };
      for (const name of instants) {
        const text = row[name];
        if (typeof text === 'string') row[name] = new Date(text);
      }
      // Strict: a column this version does not know must not be dropped in silence.
      strict ??= (createSelectSchema(table) as unknown as RowSchema).strict();
      const result = strict.safeParse(row);
      if (result.success) return result.data;
      const { path, message } = result.error.issues[0]!;
      throw new Error(path.length > 0 ? `${path.join('.')}: ${message}` : message);
    },
  };
}
