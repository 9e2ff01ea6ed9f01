import type { ApprovedAnswer, ClientPrivacy, Erasure, RemovedFile } from '../../../shared/schema.ts';
import { ownedByClient } from './mem-client-tables.ts';
import { conversationOf, ownedByConversation } from './mem-conversation-tables.ts';
import { documents } from './mem-knowledge-tables.ts';
import { defineTable, untyped } from './mem-table.ts';
import { clientOf, ownedRowKey } from './mem-table-parts.ts';
import { byInstantThenId, compareText, ownedKey } from './mem-values.ts';

export const clientPrivacy = defineTable<ClientPrivacy>()({
  name: 'client_privacy',
  key: clientOf,
  taken: 'id_taken',
  json: ['lastRun'],
  uniques: {},
  groups: {
    client: { key: clientOf, compare: (a: ClientPrivacy, b: ClientPrivacy) => compareText(a.clientId, b.clientId) },
  },
  references: [ownedByClient],
});

const byId = (a: { id: string }, b: { id: string }) => compareText(a.id, b.id);

export const erasures = defineTable<Erasure>()({
  name: 'erasures',
  key: ownedRowKey,
  taken: 'id_taken',
  json: ['counts'],
  uniques: {},
  groups: {
    client: { key: clientOf, compare: byId },
    subject: {
      key: ({ clientId, subjectHash }) => (subjectHash === null ? undefined : ownedKey(clientId, subjectHash)),
      compare: byId,
    },
  },
  references: [ownedByClient],
});

export const removedFiles = defineTable<RemovedFile>()({
  name: 'removed_files',
  key: (file) => file.id,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    due: {
      key: () => '',
      compare: (a: RemovedFile, b: RemovedFile) =>
        byInstantThenId({ at: a.dueAt, id: a.id }, { at: b.dueAt, id: b.id }),
    },
  },
  references: [],
});

/** The primary key of where an approved answer comes from. */
export const approvalKey = ({ clientId, documentId, questionMessageId }: Omit<ApprovedAnswer, 'conversationId'>) =>
  `${clientId}/${documentId}/${questionMessageId}`;
const byApproval = (a: ApprovedAnswer, b: ApprovedAnswer) => compareText(approvalKey(a), approvalKey(b));

export const approvedAnswers = defineTable<ApprovedAnswer>()({
  name: 'approved_answers',
  key: approvalKey,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    client: { key: clientOf, compare: byApproval },
    conversation: { key: conversationOf, compare: byApproval },
  },
  references: [
    {
      to: untyped(documents),
      key: ({ clientId, documentId }) => ownedKey(clientId, documentId),
      missing: 'document',
      onDelete: 'cascade',
      children: { group: 'client', key: (document) => (document as { clientId: string }).clientId },
    },
    ownedByConversation,
  ],
});
