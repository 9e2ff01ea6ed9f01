import type {
  AnswerReceipt,
  Job,
  ModelSettings,
  ModelUsage,
  WebhookCall,
  WebhookSecret,
} from '../../../shared/schema.ts';
import { ownedByClient } from './mem-client-tables.ts';
import { conversationOf, ownedByConversation } from './mem-conversation-tables.ts';
import { defineTable } from './mem-table.ts';
import { clientOf, ownedRowKey } from './mem-table-parts.ts';
import { byInstantThenId, compareText, ownedKey } from './mem-values.ts';
import { ofWidget } from './mem-widget-tables.ts';

/** The primary key of a job. */
export const jobKey = ({ clientId, kind, subjectId }: Pick<Job, 'clientId' | 'kind' | 'subjectId'>) =>
  `${clientId}/${kind}/${subjectId.toLowerCase()}`;

export const jobs = defineTable<Job>()({
  name: 'jobs',
  key: jobKey,
  taken: 'id_taken',
  json: ['payload'],
  uniques: {},
  groups: {
    client: { key: clientOf, compare: (a: Job, b: Job) => compareText(jobKey(a), jobKey(b)) },
    /** A group for each kind, of all clients: what is due first comes first. */
    kind: {
      key: (job) => job.kind,
      compare: (a: Pick<Job, 'runAt' | 'subjectId' | 'clientId'>, b: Pick<Job, 'runAt' | 'subjectId' | 'clientId'>) =>
        byInstantThenId({ at: a.runAt, id: a.subjectId }, { at: b.runAt, id: b.subjectId }) ||
        compareText(a.clientId, b.clientId),
    },
  },
  references: [ownedByClient],
});

type ReceiptPlace = Pick<AnswerReceipt, 'createdAt' | 'questionMessageId'>;
const byQuestion = (a: ReceiptPlace, b: ReceiptPlace) =>
  byInstantThenId({ at: a.createdAt, id: a.questionMessageId }, { at: b.createdAt, id: b.questionMessageId });

export const answerReceipts = defineTable<AnswerReceipt>()({
  name: 'answer_receipts',
  key: ({ clientId, questionMessageId }) => ownedKey(clientId, questionMessageId),
  taken: 'already_answered',
  json: ['passages', 'steps'],
  uniques: {},
  groups: {
    client: { key: clientOf, compare: byQuestion },
    /** The worst first, within equally bad ones the newest. */
    worst: {
      key: clientOf,
      compare: (a: ReceiptPlace & { worstOrder: number }, b: ReceiptPlace & { worstOrder: number }) =>
        a.worstOrder - b.worstOrder || byQuestion(b, a),
    },
    conversation: { key: conversationOf, compare: byQuestion },
    answer: {
      key: ({ clientId, answerMessageId }) =>
        answerMessageId === null ? undefined : ownedKey(clientId, answerMessageId),
      compare: byQuestion,
    },
  },
  references: [ownedByConversation],
});

export const webhookCalls = defineTable<WebhookCall>()({
  name: 'webhook_calls',
  key: ownedRowKey,
  taken: 'id_taken',
  json: ['input'],
  uniques: {},
  groups: {
    client: { key: clientOf, compare: (a: { id: string }, b: { id: string }) => compareText(a.id, b.id) },
    widget: {
      key: ({ clientId, widgetId }) => ownedKey(clientId, widgetId),
      compare: (a: Pick<WebhookCall, 'createdAt' | 'id'>, b: Pick<WebhookCall, 'createdAt' | 'id'>) =>
        byInstantThenId({ at: a.createdAt, id: a.id }, { at: b.createdAt, id: b.id }),
    },
    conversation: { key: conversationOf, compare: (a: { id: string }, b: { id: string }) => compareText(a.id, b.id) },
  },
  references: [ofWidget, ownedByConversation],
});

export const webhookSecrets = defineTable<WebhookSecret>()({
  name: 'webhook_secrets',
  key: ({ clientId, widgetId }) => ownedKey(clientId, widgetId),
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    client: {
      key: clientOf,
      compare: (a: Pick<WebhookSecret, 'widgetId'>, b: Pick<WebhookSecret, 'widgetId'>) =>
        compareText(a.widgetId, b.widgetId),
    },
  },
  references: [ofWidget],
});

export const modelSettings = defineTable<ModelSettings>()({
  name: 'model_settings',
  key: clientOf,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    client: { key: clientOf, compare: (a: ModelSettings, b: ModelSettings) => compareText(a.clientId, b.clientId) },
  },
  references: [ownedByClient],
});

/** The primary key of a month's use. */
export const usageKey = ({ clientId, month }: Pick<ModelUsage, 'clientId' | 'month'>) => `${clientId}/${month}`;

export const modelUsage = defineTable<ModelUsage>()({
  name: 'model_usage',
  key: usageKey,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    client: {
      key: clientOf,
      compare: (a: Pick<ModelUsage, 'month'>, b: Pick<ModelUsage, 'month'>) => compareText(a.month, b.month),
    },
  },
  references: [ownedByClient],
});
