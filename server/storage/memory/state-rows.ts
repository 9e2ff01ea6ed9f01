import * as schema from '../../../shared/schema.ts';
import { createRowFormat, type RowFormat } from '../row-format.ts';
import * as answers from './mem-answer-tables.ts';
import * as ofClients from './mem-client-tables.ts';
import * as ofConversations from './mem-conversation-tables.ts';
import * as credentials from './mem-credential-tables.ts';
import * as knowledge from './mem-knowledge-tables.ts';
import * as privacy from './mem-privacy-tables.ts';
import type { AnyTable } from './mem-table.ts';
import { untyped } from './mem-table.ts';
import * as outgoing from './mem-webhook-tables.ts';
import * as ofWidgets from './mem-widget-tables.ts';

/** A sign-in session, in the shape of the session table. */
export interface SavedSession {
  sid: string;
  sess: Record<string, unknown>;
  expire: Date;
}

const formats = new Map<string, RowFormat & { table: AnyTable }>(
  (
    [
      [ofClients.users, schema.users],
      [credentials.userTokens, schema.userTokens],
      [credentials.secondFactors, schema.userSecondFactors],
      [credentials.tallies, schema.tallies],
      [privacy.removedFiles, schema.removedFiles],
      [ofClients.clients, schema.clients],
      [ofClients.members, schema.members],
      [ofClients.invitations, schema.invitations],
      [ofClients.apiKeys, schema.apiKeys],
      [ofClients.widgets, schema.clientWidgets],
      [ofWidgets.installs, schema.widgetInstalls],
      [ofWidgets.findings, schema.widgetFindings],
      [ofWidgets.identities, schema.widgetIdentities],
      [ofConversations.visitors, schema.visitors],
      [ofConversations.conversations, schema.conversations],
      [ofConversations.messages, schema.messages],
      [ofConversations.attachments, schema.attachments],
      [ofConversations.notes, schema.conversationNotes],
      [ofClients.cannedReplies, schema.cannedReplies],
      [ofConversations.handoffs, schema.handoffs],
      [ofConversations.ratings, schema.conversationRatings],
      [ofConversations.conversationSearch, schema.conversationSearch],
      [ofClients.auditLog, schema.auditLog],
      [knowledge.documents, schema.documents],
      [knowledge.documentParts, schema.documentParts],
      [knowledge.chunks, schema.chunks],
      [knowledge.passageVectors, schema.passageVectors],
      [answers.jobs, schema.jobs],
      [answers.answerReceipts, schema.answerReceipts],
      [answers.webhookCalls, schema.webhookCalls],
      [answers.webhookSecrets, schema.webhookSecrets],
      [outgoing.webhooks, schema.webhooks],
      [outgoing.webhookDeliveries, schema.webhookDeliveries],
      [answers.modelSettings, schema.modelSettings],
      [answers.modelUsage, schema.modelUsage],
      [privacy.clientPrivacy, schema.clientPrivacy],
      [privacy.erasures, schema.erasures],
      [privacy.approvedAnswers, schema.approvedAnswers],
    ] as const
  ).map(([definition, table]) => [definition.name, { table: untyped(definition), ...createRowFormat(table) }]),
);

const sessionFormat = createRowFormat(schema.session);

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
