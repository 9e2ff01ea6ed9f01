import * as z from 'zod/mini';
import { answerEngines, answerOutcomes, webhookCallOutcomes } from '../knowledge-vocabulary.ts';
import { limits } from '../limits.ts';
import { clientParams } from './clients.ts';
import { conversationParams, conversationView } from './conversations.ts';
import { defineEndpoint } from './endpoint.ts';
import * as field from './fields.ts';

/** How the assistant answers: receipts, trying out, approved answers, models and workflows. */

/** A passage as it stood when an answer was made of it. */
export const usedPassageView = z.object({
  /** What the answer's text cites, as in `[1]`. */
  number: z.int(),
  chunkId: z.string(),
  documentId: z.string(),
  documentName: z.string(),
  /** Title of the document and the headings above the passage, outermost first. */
  titlePath: z.array(z.string()),
  page: z.nullable(z.int()),
  url: z.nullable(z.string()),
  text: z.string(),
  /** Comparable within one answer only. */
  score: z.number(),
  /** Whether the answer cites it. */
  cited: z.boolean(),
});
export type UsedPassageView = z.output<typeof usedPassageView>;

/** How an answer came about, whether it was sent or only tried. */
const account = {
  /** As it was searched for. */
  question: z.string(),
  /** Empty when nothing was said. */
  answer: z.string(),
  /**
   * `answered`; `unknown`: not known, and said so; `fallback`: the engine failed and another one answered; `failed`: no
   * engine answered; `silent`: a person was talking already.
   */
  outcome: z.enum(answerOutcomes),
  /** The one that answered, or the last that tried. */
  engine: z.enum(answerEngines),
  model: z.nullable(z.string()),
  promptVersion: z.nullable(z.string()),
  /** How sure the search was that the passages hold the answer, from 0 to 1; null: nothing was searched. */
  confidence: z.nullable(z.number()),
  passages: z.array(usedPassageView),
  /** Each try of an engine, in order; `failure` in plain words when it did not answer. */
  steps: z.array(
    z.object({
      engine: z.enum(answerEngines),
      durationMs: z.int(),
      failure: z.nullable(z.string()),
      /** What else is to be known of it. */
      note: z.optional(z.string()),
    }),
  ),
  tokensIn: z.int(),
  tokensOut: z.int(),
  /** Millionths of the currency in which the prices were entered. */
  costMicros: z.int(),
  durationMs: z.int(),
};

export const receiptView = z.object({
  /** The visitor's message. */
  questionMessageId: z.string(),
  conversationId: z.string(),
  widgetId: z.string(),
  /** The assistant's message; null when it said nothing. */
  answerMessageId: z.nullable(z.string()),
  ...account,
  /** What the visitor thought of it: 1 helpful, -1 not; null: nothing said. */
  rating: z.nullable(z.int()),
  /** When somebody put right what it lacked; null: not yet. */
  reviewedAt: z.nullable(z.string()),
  createdAt: z.string(),
});
export type ReceiptView = z.output<typeof receiptView>;

const area = 'Answers';

export const getReceipt = defineEndpoint({
  name: 'getReceipt',
  method: 'GET',
  path: '/api/clients/:clientId/conversations/:conversationId/messages/:messageId/receipt',
  access: { kind: 'member', permission: 'answers.read' },
  area,
  summary: 'Why the assistant said this: by its message, or by the visitor’s that it answers.',
  params: z.extend(conversationParams, { messageId: field.id() }),
  status: 200,
  answer: receiptView,
});

export const listReceipts = defineEndpoint({
  name: 'listReceipts',
  method: 'GET',
  path: '/api/clients/:clientId/answers',
  access: { kind: 'member', permission: 'answers.read' },
  area,
  summary:
    'How the assistant’s answers came about: the newest first, or the worst (rated bad, then without an answer, then the least sure).',
  params: clientParams,
  query: z.object({
    ...field.pageQuery,
    order: z._default(z.enum(['newest', 'worst'], 'Must be newest or worst.'), 'newest'),
    widgetId: z.optional(field.id()),
  }),
  status: 200,
  answer: field.pageOf(receiptView),
});

/** Questions that ask alike and got no answer. */
export const unansweredGroupView = z.object({
  /** The latest of them, as it was asked. */
  question: z.string(),
  count: z.int(),
  lastAskedAt: z.string(),
  /** Where the latest was asked; approving an answer to it settles the whole group. */
  conversationId: z.string(),
  questionMessageId: z.string(),
});
export type UnansweredGroupView = z.output<typeof unansweredGroupView>;

export const listUnanswered = defineEndpoint({
  name: 'listUnanswered',
  method: 'GET',
  path: '/api/clients/:clientId/answers/unanswered',
  access: { kind: 'member', permission: 'answers.read' },
  area,
  summary:
    'Questions without an answer, those that ask alike in one group: the largest first. Settled ones are left out.',
  params: clientParams,
  query: z.object({ limit: field.limitParameter() }),
  status: 200,
  answer: z.object({ items: z.array(unansweredGroupView) }),
});

export const answerCountsView = z.object({
  /** Counted from this time on. */
  since: z.string(),
  answered: z.int(),
  unknown: z.int(),
  fallback: z.int(),
  failed: z.int(),
  silent: z.int(),
});
export type AnswerCountsView = z.output<typeof answerCountsView>;

export const countAnswers = defineEndpoint({
  name: 'countAnswers',
  method: 'GET',
  path: '/api/clients/:clientId/answers/counts',
  access: { kind: 'member', permission: 'answers.read' },
  area,
  summary: 'What came of the questions of the last 30 days (UTC), today among them.',
  params: clientParams,
  status: 200,
  answer: answerCountsView,
});

const approvedText = () =>
  field.text(limits.approvedAnswerCharsMax).check(z.refine((value) => value.trim() !== '', 'Must not be empty.'));

export const approveAnswer = defineEndpoint({
  name: 'approveAnswer',
  method: 'POST',
  path: '/api/clients/:clientId/answers/:questionMessageId/approved',
  access: { kind: 'member', permission: 'answers.review' },
  area,
  summary:
    'Writes down the right answer to a question, for all who ask alike: it is kept in the document “Approved answers” and found as soon as that has been read. The same question again replaces its answer.',
  params: z.object({ clientId: field.id(), questionMessageId: field.id() }),
  body: z.object({ question: field.line(limits.approvedQuestionCharsMax), answer: approvedText() }),
  status: 201,
  answer: z.object({ documentId: z.string(), documentName: z.string(), pairs: z.int() }),
});

/** An answer that was made for the owner alone. */
export const triedAnswerView = z.object({ ...account, offersPerson: z.boolean() });
export type TriedAnswerView = z.output<typeof triedAnswerView>;

export const tryAnswer = defineEndpoint({
  name: 'tryAnswer',
  method: 'POST',
  path: '/api/clients/:clientId/answers/try',
  access: { kind: 'member', permission: 'answers.review' },
  area,
  summary:
    'Asks a widget’s assistant. Nothing of it is stored, though a model counts what it uses and a workflow is called.',
  params: clientParams,
  body: z.object({
    widgetId: field.id(),
    text: field.line(limits.tryQuestionCharsMax),
    /** Asks this engine in place of the widget's. */
    engine: z.optional(z.enum(answerEngines, 'Must be knowledge, llm or webhook.')),
  }),
  status: 200,
  answer: triedAnswerView,
});

export const handBackConversation = defineEndpoint({
  name: 'handBackConversation',
  method: 'POST',
  path: '/api/clients/:clientId/conversations/:conversationId/hand-back',
  access: { kind: 'member', permission: 'conversations.reply' },
  area: 'Conversations',
  summary:
    'Lets the assistant answer again: nobody is assigned any more, and an open call for a person ends. Nothing changes when it answers already.',
  params: conversationParams,
  status: 200,
  answer: conversationView,
});

const models = 'Models';

/** Prices are millionths of the owner's currency for a million tokens, so that 0.15 is 150000. */
const price = () => z.int('Must be a whole number.').check(z.gte(0, 'At least 0.'), z.lte(1e12, 'Too much.'));

export const modelSettingsView = z.object({
  baseUrl: z.string(),
  model: z.string(),
  /** The key itself is never shown. */
  hasApiKey: z.boolean(),
  priceInMicros: z.int(),
  priceOutMicros: z.int(),
  /** Spent at most in a calendar month (UTC); null: no cap. */
  monthlyCapMicros: z.nullable(z.int()),
  updatedAt: z.string(),
});

export const modelView = z.object({
  /** The client's own model; null: the installation's is asked. */
  settings: z.nullable(modelSettingsView),
  /** The name of the installation's model; null when there is none. */
  installationModel: z.nullable(z.string()),
  /** This calendar month (UTC), as in `2026-11`. */
  usage: z.object({ month: z.string(), tokensIn: z.int(), tokensOut: z.int(), costMicros: z.int() }),
});
export type ModelView = z.output<typeof modelView>;

export const getModel = defineEndpoint({
  name: 'getModel',
  method: 'GET',
  path: '/api/clients/:clientId/model',
  access: { kind: 'member', permission: 'models.read' },
  area: models,
  summary: 'Which model the assistants ask, and what was used this month.',
  params: clientParams,
  status: 200,
  answer: modelView,
});

export const setModel = defineEndpoint({
  name: 'setModel',
  method: 'PUT',
  path: '/api/clients/:clientId/model',
  access: { kind: 'member', permission: 'models.manage' },
  area: models,
  summary: 'Names an OpenAI-compatible endpoint for the client’s assistants. A key that is left out stays as it is.',
  params: clientParams,
  body: z.object({
    /** As in `https://api.openai.com/v1`. */
    baseUrl: field
      .line(limits.urlCharsMax)
      .check(z.refine(isPlainUrl, 'Must be an http(s) address without user name, query and fragment.')),
    model: field.line(limits.nameCharsMax),
    /** Empty: the endpoint wants none. Left out: as it is, unless the endpoint is on another host, which is not told it. */
    apiKey: z.optional(field.text(limits.modelKeyCharsMax)),
    priceInMicros: z._default(price(), 0),
    priceOutMicros: z._default(price(), 0),
    monthlyCapMicros: z._default(z.nullable(price()), null),
  }),
  status: 200,
  answer: modelView,
});

export const removeModel = defineEndpoint({
  name: 'removeModel',
  method: 'DELETE',
  path: '/api/clients/:clientId/model',
  access: { kind: 'member', permission: 'models.manage' },
  area: models,
  summary: 'Forgets the client’s own model and its key; the installation’s is asked from then on.',
  params: clientParams,
  status: 204,
});

export const testModel = defineEndpoint({
  name: 'testModel',
  method: 'POST',
  path: '/api/clients/:clientId/model/test',
  access: { kind: 'member', permission: 'models.manage' },
  area: models,
  summary: 'Says hello to the model that is set, and tells what came back. It counts towards the month.',
  params: clientParams,
  status: 200,
  answer: z.object({
    ok: z.boolean(),
    /** The name the endpoint gives its model; null when it did not answer. */
    model: z.nullable(z.string()),
    /** What it said; null when it did not answer. */
    text: z.nullable(z.string()),
    /** In plain words; null when it answered. */
    failure: z.nullable(z.string()),
    durationMs: z.int(),
  }),
});

const workflows = 'Workflows';
const widgetParams = z.object({ clientId: field.id(), widgetId: field.id() });

export const getWebhookSecret = defineEndpoint({
  name: 'getWebhookSecret',
  method: 'GET',
  path: '/api/clients/:clientId/widgets/:widgetId/webhook-secret',
  access: { kind: 'member', permission: 'widgets.manage' },
  area: workflows,
  summary: 'When the secret was made that calls of the workflow are signed with; null: they are not signed.',
  params: widgetParams,
  status: 200,
  answer: z.object({ createdAt: z.nullable(z.string()) }),
});

export const rotateWebhookSecret = defineEndpoint({
  name: 'rotateWebhookSecret',
  method: 'POST',
  path: '/api/clients/:clientId/widgets/:widgetId/webhook-secret',
  access: { kind: 'member', permission: 'widgets.manage' },
  area: workflows,
  summary: 'Makes the secret that calls of the workflow are signed with, in place of an earlier one. Shown this once.',
  params: widgetParams,
  status: 201,
  answer: z.object({ secret: z.string(), createdAt: z.string() }),
});

/** A call of the widget's workflow. */
export const webhookCallView = z.object({
  /** Also the delivery id that the workflow was told. */
  id: z.string(),
  conversationId: z.string(),
  questionMessageId: z.string(),
  /** Without query and password. */
  url: z.string(),
  input: z.record(z.string(), z.json()),
  output: z.string(),
  /** `later`: the workflow answers through the API. */
  outcome: z.enum(webhookCallOutcomes),
  /** In plain words; null unless it failed. */
  failure: z.nullable(z.string()),
  /** Null when no answer came. */
  httpStatus: z.nullable(z.int()),
  durationMs: z.int(),
  createdAt: z.string(),
});
export type WebhookCallView = z.output<typeof webhookCallView>;

export const listWebhookCalls = defineEndpoint({
  name: 'listWebhookCalls',
  method: 'GET',
  path: '/api/clients/:clientId/widgets/:widgetId/webhook-calls',
  access: { kind: 'member', permission: 'widgets.manage' },
  area: workflows,
  summary: 'Calls of the widget’s workflow with input and output, newest first; kept for 30 days.',
  params: widgetParams,
  query: z.object(field.pageQuery),
  status: 200,
  answer: field.pageOf(webhookCallView),
});

export const sendWebhookCallAgain = defineEndpoint({
  name: 'sendWebhookCallAgain',
  method: 'POST',
  path: '/api/clients/:clientId/widgets/:widgetId/webhook-calls/:callId/send-again',
  access: { kind: 'member', permission: 'widgets.manage' },
  area: workflows,
  summary:
    'Calls the workflow again with the same input. The visitor gets what it says only when the question has no answer yet.',
  params: z.extend(widgetParams, { callId: field.id() }),
  status: 200,
  answer: z.object({
    call: webhookCallView,
    /** Whether the visitor got the answer. */
    posted: z.boolean(),
  }),
});

export const rateAnswer = defineEndpoint({
  name: 'rateAnswer',
  method: 'POST',
  path: '/api/visitor/conversations/:conversationId/messages/:messageId/rating',
  access: { kind: 'visitor' },
  area: 'Widget',
  summary: 'Whether an answer of the assistant helped; the latest word counts, null takes it back.',
  params: z.object({ conversationId: field.id(), messageId: field.id() }),
  body: z.object({ rating: z.nullable(z.union([z.literal(1), z.literal(-1)], 'Must be 1, -1 or null.')) }),
  status: 204,
});

function isPlainUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash;
}
