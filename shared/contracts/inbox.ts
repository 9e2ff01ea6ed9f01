import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { clientParams } from './clients.ts';
import { conversationParams, conversationView } from './conversations.ts';
import { defineEndpoint } from './endpoint.ts';
import * as field from './fields.ts';

/** What the inbox has beside the threads themselves: notes, canned replies, handoffs, search and counts. */

/** What an agent wrote to the other agents beside a thread. No visitor is ever shown one. */
export const noteView = z.object({
  id: z.string(),
  conversationId: z.string(),
  authorId: z.string(),
  authorName: z.string(),
  content: z.string(),
  /** The highest sequence number when it was written: it stands after that message. */
  afterSequence: z.int(),
  createdAt: z.string(),
});
export type NoteView = z.output<typeof noteView>;

const notes = 'Notes';

export const listNotes = defineEndpoint({
  name: 'listNotes',
  method: 'GET',
  path: '/api/clients/:clientId/conversations/:conversationId/notes',
  access: { kind: 'member', permission: 'conversations.read' },
  area: notes,
  summary: 'The notes beside a thread, earliest first.',
  params: conversationParams,
  query: z.object(field.pageQuery),
  status: 200,
  answer: field.pageOf(noteView),
});

export const createNote = defineEndpoint({
  name: 'createNote',
  method: 'POST',
  path: '/api/clients/:clientId/conversations/:conversationId/notes',
  access: { kind: 'member', permission: 'conversations.reply' },
  area: notes,
  summary: 'Leaves a note for the other agents. It does not change the conversation.',
  params: conversationParams,
  body: z.object({
    content: field
      .text(limits.noteCharsMax)
      .check(z.refine((value) => value.trim() !== '', { error: 'Must not be empty.' })),
  }),
  status: 201,
  answer: noteView,
});

export const deleteNote = defineEndpoint({
  name: 'deleteNote',
  method: 'DELETE',
  path: '/api/clients/:clientId/conversations/:conversationId/notes/:noteId',
  access: { kind: 'member', permission: 'conversations.reply' },
  area: notes,
  summary: 'Removes a note: its author may, and whoever may delete conversations.',
  params: z.extend(conversationParams, { noteId: field.id() }),
  status: 204,
});

/** A text that agents insert by typing its shortcut after a slash. */
export const cannedReplyView = z.object({
  id: z.string(),
  shortcut: z.string(),
  title: z.string(),
  content: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type CannedReplyView = z.output<typeof cannedReplyView>;

const cannedReplies = 'Canned replies';
const cannedReplyParams = z.object({ clientId: field.id(), cannedReplyId: field.id() });

const shortcut = () =>
  z
    .string({ error: 'Must be a text.' })
    .check(
      z.trim(),
      z.normalize('NFKC'),
      z.toLowerCase(),
      z.minLength(1, 'Must not be empty.'),
      z.maxLength(limits.shortcutCharsMax, `At most ${limits.shortcutCharsMax} characters.`),
      z.regex(/^[\p{L}\p{N}][\p{L}\p{N}\p{M}_-]*$/u, 'Letters, digits, - and _ only, without the slash.'),
    );

const replyContent = () =>
  field.text(limits.messageCharsMax).check(z.refine((value) => value.trim() !== '', { error: 'Must not be empty.' }));

export const listCannedReplies = defineEndpoint({
  name: 'listCannedReplies',
  method: 'GET',
  path: '/api/clients/:clientId/canned-replies',
  access: { kind: 'member', permission: 'conversations.reply' },
  area: cannedReplies,
  summary: 'The client’s canned replies, by shortcut.',
  params: clientParams,
  query: z.object(field.pageQuery),
  status: 200,
  answer: field.pageOf(cannedReplyView),
});

export const createCannedReply = defineEndpoint({
  name: 'createCannedReply',
  method: 'POST',
  path: '/api/clients/:clientId/canned-replies',
  access: { kind: 'member', permission: 'cannedReplies.manage' },
  area: cannedReplies,
  summary: 'Makes a canned reply. A shortcut that is taken is a conflict.',
  params: clientParams,
  body: z.object({ shortcut: shortcut(), title: field.line(limits.titleCharsMax), content: replyContent() }),
  status: 201,
  answer: cannedReplyView,
});

export const updateCannedReply = defineEndpoint({
  name: 'updateCannedReply',
  method: 'PATCH',
  path: '/api/clients/:clientId/canned-replies/:cannedReplyId',
  access: { kind: 'member', permission: 'cannedReplies.manage' },
  area: cannedReplies,
  summary: 'Changes the given fields of a canned reply.',
  params: cannedReplyParams,
  body: z.object({
    shortcut: z.optional(shortcut()),
    title: z.optional(field.line(limits.titleCharsMax)),
    content: z.optional(replyContent()),
  }),
  status: 200,
  answer: cannedReplyView,
});

export const deleteCannedReply = defineEndpoint({
  name: 'deleteCannedReply',
  method: 'DELETE',
  path: '/api/clients/:clientId/canned-replies/:cannedReplyId',
  access: { kind: 'member', permission: 'cannedReplies.manage' },
  area: cannedReplies,
  summary: 'Removes a canned reply.',
  params: cannedReplyParams,
  status: 204,
});

const area = 'Conversations';

export const handoffReason = field.line(limits.handoffReasonCharsMax);

export const requestHandoff = defineEndpoint({
  name: 'requestHandoff',
  method: 'POST',
  path: '/api/clients/:clientId/conversations/:conversationId/handoff',
  access: { kind: 'member', permission: 'conversations.reply' },
  area,
  summary: 'Puts the conversation among those that wait for a person. Repeating it while one is open changes nothing.',
  params: conversationParams,
  body: z.object({ reason: z.optional(z.nullable(handoffReason)) }),
  status: 200,
  answer: conversationView,
});

/** Where the words were found. */
export const searchSources = ['message', 'title', 'visitor'] as const;

export const searchHit = z.object({
  conversation: conversationView,
  /** Name of the visitor, else their email address; null while both are unknown. */
  visitorName: z.nullable(z.string()),
  /** The stretch of text with the words; null when it was changed since it was indexed. */
  snippet: z.nullable(
    z.object({
      source: z.enum(searchSources),
      text: z.string(),
      /** Where in `text` the words stand: start and end in UTF-16 code units, ascending, not overlapping. */
      ranges: z.array(z.object({ start: z.int(), end: z.int() })),
      /** The message's sequence number; null when it was not found in a message. */
      sequence: z.nullable(z.int()),
    }),
  ),
});
export type SearchHit = z.output<typeof searchHit>;

export const searchConversations = defineEndpoint({
  name: 'searchConversations',
  method: 'GET',
  path: '/api/clients/:clientId/conversations/search',
  access: { kind: 'member', permission: 'conversations.read' },
  area,
  summary:
    'Conversations with all the words in their messages, title, or visitor’s name or address, the last word as a beginning; most recently updated first. New messages are found within seconds.',
  params: clientParams,
  query: z.object({ ...field.pageQuery, q: field.line(limits.searchCharsMax) }),
  status: 200,
  answer: field.pageOf(searchHit),
});

/** Counted up to `limits.conversationCountMax`, which therefore means that many or more. */
export const conversationCountsView = z.object({
  open: z.int(),
  waiting: z.int(),
  snoozed: z.int(),
  closed: z.int(),
  /** Open or waiting, with messages that no agent has seen. */
  unread: z.int(),
});
export type ConversationCountsView = z.output<typeof conversationCountsView>;

export const countConversations = defineEndpoint({
  name: 'countConversations',
  method: 'GET',
  path: '/api/clients/:clientId/conversations/counts',
  access: { kind: 'member', permission: 'conversations.read' },
  area,
  summary: 'How many conversations are in each state and how many are unread; 1000 means 1,000 or more.',
  params: clientParams,
  status: 200,
  answer: conversationCountsView,
});
