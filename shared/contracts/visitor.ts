import * as z from 'zod/mini';
import { conversationStatuses, messageRoles, visitorIdentities } from '../conversation-vocabulary.ts';
import { limits } from '../limits.ts';
import { widgetLanguages, widgetPositions, widgetThemes } from '../widget-settings.ts';
import { attachmentView } from './attachments.ts';
import {
  clientMadeId,
  messageContent,
  messageRangeQuery,
  ratingView,
  readMark,
  spokenMessage,
} from './conversations.ts';
import { defineEndpoint } from './endpoint.ts';
import * as field from './fields.ts';
import { handoffReason } from './inbox.ts';
import { widgetSettings } from './widgets.ts';

/** The API behind the widget. A visitor holds a bearer token; there is no cookie. */

/** What the loader and the frame need to draw the widget; nothing secret. */
export const widgetConfigView = z.object({
  name: z.string(),
  welcomeMessage: z.string(),
  color: z.string(),
  position: z.enum(widgetPositions),
  theme: z.enum(widgetThemes),
  language: z.enum(widgetLanguages),
  suggestedQuestions: z.array(z.string()),
  appearance: widgetSettings.appearance,
  businessHours: widgetSettings.businessHours,
  preChat: widgetSettings.preChat,
  /** The page shall have the doctor look at the tag, and report. */
  check: z.optional(z.boolean()),
});
export type WidgetConfigView = z.output<typeof widgetConfigView>;

/** A passage that an answer of the assistant was made of. */
export const citationView = z.object({
  /** As the text cites it: `[1]`. */
  number: z.int(),
  title: z.string(),
  /** Of a document with pages. */
  page: z.nullable(z.int()),
  /** Where the visitor can read it; null when it is not on the web. */
  url: z.nullable(z.string()),
  /** The words that were used. */
  quote: z.string(),
});
export type CitationView = z.output<typeof citationView>;

export const visitorMessageView = z.object({
  id: z.string(),
  conversationId: z.string(),
  sequence: z.int(),
  role: z.enum(messageRoles),
  content: z.string(),
  clientMessageId: z.nullable(z.string()),
  authorName: z.nullable(z.string()),
  attachments: z.array(attachmentView),
  /** Set on what the assistant has said by itself. */
  answer: z.optional(
    z.object({
      citations: z.array(citationView),
      /** It did not know: a person can be called. */
      offersPerson: z.boolean(),
      /** What the visitor thinks of it; left out where there is nothing to rate, as in a greeting. */
      rating: z.optional(z.nullable(z.literal([1, -1]))),
    }),
  ),
  createdAt: z.string(),
});
export type VisitorMessageView = z.output<typeof visitorMessageView>;

export const visitorConversationView = z.object({
  id: z.string(),
  clientConversationId: z.nullable(z.string()),
  status: z.enum(conversationStatuses),
  lastSequence: z.int(),
  lastMessagePreview: z.nullable(z.string()),
  lastMessageAt: z.nullable(z.string()),
  visitorReadSequence: z.int(),
  agentReadSequence: z.int(),
  /** Set while a person was called for and has not come yet. */
  handoff: z.nullable(z.object({ requestedAt: z.string() })),
  createdAt: z.string(),
});
export type VisitorConversationView = z.output<typeof visitorConversationView>;

const area = 'Widget';
const publicKey = z.object({ publicKey: z.string().check(z.minLength(1), z.maxLength(100)) });

export const getWidgetConfig = defineEndpoint({
  name: 'getWidgetConfig',
  method: 'GET',
  path: '/api/widget/:publicKey/config',
  access: { kind: 'public' },
  area,
  summary: 'How the widget looks. Answered to pages of the allowed sites only.',
  params: publicKey,
  status: 200,
  answer: widgetConfigView,
});

export const openVisitorSession = defineEndpoint({
  name: 'openVisitorSession',
  method: 'POST',
  path: '/api/widget/:publicKey/visitor',
  access: { kind: 'public' },
  area,
  summary:
    'Gives a visitor token, or renews the one sent. With an identityToken that the site has signed, for the visitor it names. Nothing is stored before the first message.',
  params: publicKey,
  body: z.object({
    /**
     * A token from an earlier session of this widget. One of an anonymous visitor is renewed; one of an identified
     * visitor never is: whoever does not send an identityToken along becomes somebody new.
     */
    token: z.optional(z.string().check(z.maxLength(limits.visitorTokenCharsMax))),
    /** HS256 JWT signed with the widget's identity secret: `sub`, `exp`, and optionally `name`, `email`, `info`. */
    identityToken: z.optional(z.string().check(z.maxLength(limits.identityTokenCharsMax))),
  }),
  status: 200,
  answer: z.object({
    token: z.string(),
    visitorId: z.string(),
    expiresAt: z.string(),
    /** `refused`: an identityToken was sent and is not good; the visitor is anonymous. */
    identity: z.enum(visitorIdentities),
    /** Why it was refused, for the developer of the site; null otherwise. */
    identityFailure: z.nullable(z.string()),
  }),
});

const access = { kind: 'visitor' } as const;

/** What the page has handed to `Confab.setContext`. The latest is kept under `context` of the conversation's metadata. */
const pageContext = z.optional(field.jsonObject(limits.contextJsonCharsMax));

const conversationParams = z.object({ conversationId: field.id() });

export const startVisitorConversation = defineEndpoint({
  name: 'startVisitorConversation',
  method: 'POST',
  path: '/api/visitor/conversations',
  access,
  area,
  summary: 'Starts a conversation with its first message. Repeating it with the same ids changes nothing.',
  body: z.object({
    clientConversationId: clientMadeId,
    message: z.object({ content: messageContent, clientMessageId: clientMadeId }),
    locale: z.optional(field.text(35)),
    pageUrl: z.optional(field.text(2000)),
    /** Answers of the pre-chat form, by field name. */
    preChat: z.optional(z.record(z.string().check(z.maxLength(40)), field.text(limits.welcomeMessageCharsMax))),
    context: pageContext,
  }),
  status: 201,
  answer: z.object({ conversation: visitorConversationView, message: visitorMessageView }),
});

export const listVisitorConversations = defineEndpoint({
  name: 'listVisitorConversations',
  method: 'GET',
  path: '/api/visitor/conversations',
  access,
  area,
  summary: 'The visitor’s own conversations, most recently updated first.',
  query: z.object(field.pageQuery),
  status: 200,
  answer: field.pageOf(visitorConversationView),
});

export const listVisitorMessages = defineEndpoint({
  name: 'listVisitorMessages',
  method: 'GET',
  path: '/api/visitor/conversations/:conversationId/messages',
  access,
  area,
  summary: 'A stretch of the thread, ascending by sequence number.',
  params: conversationParams,
  query: messageRangeQuery,
  status: 200,
  answer: z.object({ items: z.array(visitorMessageView), hasMore: z.boolean() }),
});

export const postVisitorMessage = defineEndpoint({
  name: 'postVisitorMessage',
  method: 'POST',
  path: '/api/visitor/conversations/:conversationId/messages',
  access,
  area,
  summary: 'Adds the visitor’s message. The same clientMessageId again returns the first message and stores nothing.',
  params: conversationParams,
  body: spokenMessage({ clientMessageId: clientMadeId, context: pageContext }),
  status: 201,
  answer: visitorMessageView,
});

export const markVisitorRead = defineEndpoint({
  name: 'markVisitorRead',
  method: 'POST',
  path: '/api/visitor/conversations/:conversationId/read',
  access,
  area,
  summary: 'Notes that the visitor has seen the thread up to a sequence number.',
  params: conversationParams,
  body: readMark,
  status: 204,
});

export const requestVisitorHandoff = defineEndpoint({
  name: 'requestVisitorHandoff',
  method: 'POST',
  path: '/api/visitor/conversations/:conversationId/handoff',
  access,
  area,
  summary: '“A person, please.” Repeating it while nobody has come changes nothing.',
  params: conversationParams,
  body: z.object({ reason: z.optional(z.nullable(handoffReason)) }),
  status: 200,
  answer: visitorConversationView,
});

export const rateVisitorConversation = defineEndpoint({
  name: 'rateVisitorConversation',
  method: 'POST',
  path: '/api/visitor/conversations/:conversationId/rating',
  access,
  area,
  summary: 'How the visitor found the conversation. Rating it again replaces the rating.',
  params: conversationParams,
  body: z.object({
    score: z.int('Must be a whole number.').check(z.gte(1, 'At least 1.'), z.lte(5, 'At most 5.')),
    comment: z.optional(z.nullable(field.text(limits.ratingCommentCharsMax))),
  }),
  status: 200,
  answer: ratingView,
});
