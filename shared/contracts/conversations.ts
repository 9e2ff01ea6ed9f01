import * as z from 'zod/mini';
import { conversationStatuses, handoffRequesters, messageRoles } from '../conversation-vocabulary.ts';
import { limits } from '../limits.ts';
import { attachmentIds, attachmentView } from './attachments.ts';
import { clientParams } from './clients.ts';
import { defineEndpoint } from './endpoint.ts';
import * as field from './fields.ts';

/** An entry of a thread as agents see it; visitors see the same without `metadata` and `authorId`. */
export const messageView = z.object({
  id: z.string(),
  conversationId: z.string(),
  /** Counted from 1 per conversation, without gaps. */
  sequence: z.int(),
  role: z.enum(messageRoles),
  content: z.string(),
  metadata: z.record(z.string(), z.json()),
  clientMessageId: z.nullable(z.string()),
  authorId: z.nullable(z.string()),
  /** Name shown beside an agent's message; null for others. */
  authorName: z.nullable(z.string()),
  attachments: z.array(attachmentView),
  createdAt: z.string(),
});
export type MessageView = z.output<typeof messageView>;

export const conversationView = z.object({
  id: z.string(),
  widgetId: z.nullable(z.string()),
  visitorId: z.nullable(z.string()),
  /**
   * What to call the visitor: the name, else the email address; null when neither is known. Lists, search and details
   * say it, and the event of a new conversation; other events and answers to changes leave it out: it is as it was.
   */
  visitorName: z.optional(z.nullable(z.string())),
  title: z.nullable(z.string()),
  status: z.enum(conversationStatuses),
  snoozedUntil: z.nullable(z.string()),
  assigneeId: z.nullable(z.string()),
  tags: z.array(z.string()),
  metadata: z.record(z.string(), z.json()),
  messageCount: z.int(),
  lastSequence: z.int(),
  lastMessagePreview: z.nullable(z.string()),
  lastMessageRole: z.nullable(z.enum(messageRoles)),
  lastMessageAt: z.nullable(z.string()),
  visitorReadSequence: z.int(),
  agentReadSequence: z.int(),
  /** Set while a person was called for and none has answered, taken or closed it. */
  handoff: z.nullable(
    z.object({
      requestedBy: z.enum(handoffRequesters),
      reason: z.nullable(z.string()),
      requestedAt: z.string(),
    }),
  ),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type ConversationView = z.output<typeof conversationView>;

/** What an agent is told about the visitor. */
export const visitorView = z.object({
  id: z.string(),
  externalId: z.nullable(z.string()),
  name: z.nullable(z.string()),
  email: z.nullable(z.string()),
  info: z.record(z.string(), z.json()),
  locale: z.nullable(z.string()),
  pageUrl: z.nullable(z.string()),
  userAgent: z.nullable(z.string()),
  createdAt: z.string(),
  lastSeenAt: z.string(),
});

/** How a visitor found the conversation; the latest rating stands. */
export const ratingView = z.object({
  /** 1 (bad) to 5 (good). */
  score: z.int(),
  comment: z.nullable(z.string()),
  createdAt: z.string(),
});
export type RatingView = z.output<typeof ratingView>;

/** A stretch of a thread, ascending by sequence. */
export const messagePage = z.object({ items: z.array(messageView), hasMore: z.boolean() });

/** `after`: what was missed beyond a sequence number. `before`: what is older. Neither: the newest. */
export const messageRangeQuery = z
  .object({
    after: z.optional(field.sequenceParameter()),
    before: z.optional(field.sequenceParameter()),
    limit: field.limitParameter(),
  })
  .check(
    z.refine((query) => query.after === undefined || query.before === undefined, {
      error: 'Use either after or before, not both.',
      path: ['before'],
    }),
  );

export const clientMadeId = field
  .line(limits.clientMadeIdCharsMax)
  .check(z.regex(/^[A-Za-z0-9_.:-]+$/, 'Letters, digits and _ . : - only.'));

/** What anybody may say in one message. */
export const messageContent = field
  .text(limits.messageCharsMax)
  .check(z.refine((value) => value.trim() !== '', 'Must not be empty.'));

/** What a person may say in one message: a text, files, or both. */
export const spokenMessage = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z
    .object({
      content: field.text(limits.messageCharsMax),
      attachmentIds: z.optional(attachmentIds),
      ...shape,
    })
    .check(
      z.refine((said) => !isEmpty(said as { content: string; attachmentIds?: unknown }), {
        error: 'Must not be empty, unless there are attachments.',
        path: ['content'],
        // Told together with whatever else is wrong.
        when: ({ value }) => typeof (value as { content?: unknown } | undefined)?.content === 'string',
      }),
    );

function isEmpty(said: { content: string; attachmentIds?: unknown }): boolean {
  return said.attachmentIds === undefined && said.content.trim() === '';
}

const area = 'Conversations';
export const conversationParams = z.object({ clientId: field.id(), conversationId: field.id() });

export const listConversations = defineEndpoint({
  name: 'listConversations',
  method: 'GET',
  path: '/api/clients/:clientId/conversations',
  access: { kind: 'member', permission: 'conversations.read' },
  area,
  summary: 'Conversations, most recently updated first.',
  params: clientParams,
  query: z.object({
    ...field.pageQuery,
    status: z.optional(z.enum(conversationStatuses)),
    widgetId: z.optional(field.id()),
    visitorId: z.optional(field.id()),
    /** A user's id, or `none` for unassigned. */
    assigneeId: z.optional(z.union([z.literal('none'), field.id()])),
  }),
  status: 200,
  answer: field.pageOf(conversationView),
});

export const getConversation = defineEndpoint({
  name: 'getConversation',
  method: 'GET',
  path: '/api/clients/:clientId/conversations/:conversationId',
  access: { kind: 'member', permission: 'conversations.read' },
  area,
  summary: 'One conversation with its visitor and how they rated it.',
  params: conversationParams,
  status: 200,
  answer: z.extend(conversationView, { visitor: z.nullable(visitorView), rating: z.nullable(ratingView) }),
});

export const updateConversation = defineEndpoint({
  name: 'updateConversation',
  method: 'PATCH',
  path: '/api/clients/:clientId/conversations/:conversationId',
  access: { kind: 'member', permission: 'conversations.reply' },
  area,
  summary: 'Assigns, closes, snoozes, tags or renames a conversation.',
  params: conversationParams,
  body: z
    .object({
      title: z.optional(z.nullable(field.line(limits.titleCharsMax))),
      status: z.optional(z.enum(conversationStatuses)),
      snoozedUntil: z.optional(z.nullable(field.instant())),
      assigneeId: z.optional(z.nullable(field.id())),
      tags: z.optional(z.array(field.line(limits.tagCharsMax)).check(z.maxLength(limits.tagsPerConversationMax))),
    })
    .check(
      z.refine((body) => body.status !== 'snoozed' || typeof body.snoozedUntil === 'string', {
        error: 'Say until when to snooze.',
        path: ['snoozedUntil'],
      }),
    ),
  status: 200,
  answer: conversationView,
});

export const deleteConversation = defineEndpoint({
  name: 'deleteConversation',
  method: 'DELETE',
  path: '/api/clients/:clientId/conversations/:conversationId',
  access: { kind: 'member', permission: 'conversations.delete' },
  area,
  summary: 'Removes a conversation with its messages.',
  params: conversationParams,
  status: 204,
});

export const listMessages = defineEndpoint({
  name: 'listMessages',
  method: 'GET',
  path: '/api/clients/:clientId/conversations/:conversationId/messages',
  access: { kind: 'member', permission: 'conversations.read' },
  area,
  summary: 'A stretch of the thread, ascending by sequence number.',
  params: conversationParams,
  query: messageRangeQuery,
  status: 200,
  answer: messagePage,
});

export const postAgentMessage = defineEndpoint({
  name: 'postAgentMessage',
  method: 'POST',
  path: '/api/clients/:clientId/conversations/:conversationId/messages',
  access: { kind: 'member', permission: 'conversations.reply' },
  area,
  summary: 'Answers the visitor. The same clientMessageId again returns the first message.',
  params: conversationParams,
  body: spokenMessage({ clientMessageId: z.optional(clientMadeId) }),
  status: 201,
  answer: messageView,
});

export const readMark = z.object({ sequence: z.int('Must be a whole number.').check(z.gte(0), z.lte(2_147_483_647)) });

export const markConversationRead = defineEndpoint({
  name: 'markConversationRead',
  method: 'POST',
  path: '/api/clients/:clientId/conversations/:conversationId/read',
  access: { kind: 'member', permission: 'conversations.reply' },
  area,
  summary: 'Notes that agents have seen the thread up to a sequence number.',
  params: conversationParams,
  body: readMark,
  status: 204,
});
