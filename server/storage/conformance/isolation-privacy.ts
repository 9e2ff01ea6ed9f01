import { expect } from 'vitest';
import type { NotFoundError } from '../errors.ts';
import type { ClientStorage } from '../storage.ts';
import { hashOf } from './worlds.ts';

/** What a call against somebody else's row comes to: that it is not found, or an answer in which nothing is theirs. */
interface Case {
  call(intruder: ClientStorage, planted: Planted): Promise<unknown>;
  outcome: { missing: NotFoundError['entity'] } | { answer: (own: { row: { id: string } }) => unknown };
}

interface Ground {
  client: ClientStorage;
  conversation: { id: string };
  message: { id: string };
  document: { id: string };
}
type Planted = Ground & { visitor: { id: string } } & Awaited<ReturnType<typeof plantPrivacy>>;

const missing = (entity: NotFoundError['entity']): Case['outcome'] => ({ missing: entity });
const answers = (value: unknown): Case['outcome'] => ({ answer: () => value });
const ofOwn: Case['outcome'] = { answer: (own) => expect.objectContaining({ clientId: own.row.id }) };
const page = { limit: 100 };
/** Before everything that was planted. */
const longAgo = new Date(0);
/** Behind everything that was planted. */
const farAhead = new Date(Date.UTC(9000, 0));

/** A row in every table of privacy. */
export async function plantPrivacy({ client, conversation, message, document }: Ground) {
  await client.privacy.setRetention(30);
  await client.privacy.noteRun({ conversations: 1, messages: 2 });
  const subjectHash = hashOf(conversation.id);
  const erasure = await client.erasures.create({ actorKind: 'visitor', counts: { visitors: 1 }, subjectHash });
  await client.erasures.create({ actorKind: 'system', counts: {}, subjectHash: null });
  const approval = { documentId: document.id, questionMessageId: message.id, conversationId: conversation.id };
  await client.erasures.noteApproval(approval);
  const erasureCursor = (await client.erasures.list({ limit: 1 })).nextCursor!;
  return { erasure, approval, erasureCursor };
}

export async function privacyContents({ client, conversation }: Planted) {
  return {
    privacy: await client.privacy.settings(),
    erasures: await client.erasures.list(page),
    approvals: await client.erasures.approvalsFrom([conversation.id]),
  };
}

const nothingRemoved = expect.objectContaining({
  counts: expect.objectContaining({ conversations: 0, messages: 0, attachments: 0, auditEntries: 0 }),
  storageKeys: [],
});

export const privacyCases: Record<string, Case> = {
  'privacy.settings': {
    call: async (i) => (await i.privacy.settings()).retentionDays,
    outcome: answers(30),
  },
  'privacy.setRetention': { call: async (i) => (await i.privacy.setRetention(7)).retentionDays, outcome: answers(7) },
  'privacy.noteRun': { call: async (i) => (await i.privacy.noteRun({})).lastRun, outcome: answers({}) },
  'privacy.countDue': {
    call: (i) => i.privacy.countDue(longAgo),
    outcome: answers({ conversations: 0, visitors: 0 }),
  },
  'privacy.countDue of all': {
    call: (i) => i.privacy.countDue(farAhead),
    outcome: answers({ conversations: 2, visitors: 1 }),
  },
  'privacy.holdDue': { call: (i) => i.privacy.holdDue(longAgo, 100), outcome: answers([]) },
  'privacy.holdDue of all': {
    call: async (i, p) => (await i.privacy.holdDue(farAhead, 100)).includes(p.conversation.id),
    outcome: answers(false),
  },
  'privacy.removeIdleVisitors': {
    call: (i) => i.privacy.removeIdleVisitors(farAhead, 100),
    outcome: answers(0),
  },
  'privacy.eraseAuditDetails': {
    call: (i) => i.privacy.eraseAuditDetails(farAhead, 100),
    outcome: answers(0),
  },

  'erasures.holdVisitor': { call: (i, p) => i.erasures.holdVisitor(p.visitor.id), outcome: answers(undefined) },
  'erasures.conversationsOf': { call: (i, p) => i.erasures.conversationsOf(p.visitor.id), outcome: answers([]) },
  'erasures.removeConversations': {
    call: (i, p) => i.erasures.removeConversations([p.conversation.id]),
    outcome: answers(nothingRemoved),
  },
  'erasures.removeVisitor': { call: (i, p) => i.erasures.removeVisitor(p.visitor.id), outcome: answers(false) },
  'erasures.noteApproval': { call: (i, p) => i.erasures.noteApproval(p.approval), outcome: missing('document') },
  'erasures.approvalsFrom': { call: (i, p) => i.erasures.approvalsFrom([p.conversation.id]), outcome: answers([]) },
  'erasures.eraseQuotations': {
    call: (i, p) => i.erasures.eraseQuotations(p.document.id, ['']),
    outcome: answers(0),
  },
  'erasures.create': {
    call: (i) => i.erasures.create({ actorKind: 'system', counts: {}, subjectHash: null }),
    outcome: ofOwn,
  },
  'erasures.list': {
    call: async (i) => (await i.erasures.list(page)).items.filter(({ clientId }) => clientId !== i.clientId),
    outcome: answers([]),
  },
  'erasures.list from their cursor': {
    call: async (i, p) => {
      const { items } = await i.erasures.list({ ...page, cursor: p.erasureCursor });
      return items.filter(({ clientId }) => clientId !== i.clientId);
    },
    outcome: answers([]),
  },
  'erasures.erasedAt': {
    call: (i, p) => i.erasures.erasedAt(p.erasure.subjectHash!),
    outcome: answers(undefined),
  },
  'erasures.forgetSubjects': { call: (i) => i.erasures.forgetSubjects(longAgo), outcome: answers(0) },
  'erasures.forgetSubjects of all': { call: (i) => i.erasures.forgetSubjects(farAhead), outcome: answers(1) },
};
