import type {
  Attachment,
  Conversation,
  Handoff,
  Message,
  Note,
  Rating,
  SearchEntry,
  Visitor,
} from '../../../shared/schema.ts';
import { members, ownedByClient, widgets, withinClient } from './mem-client-tables.ts';
import { defineTable, type Reference, untyped } from './mem-table.ts';
import { byCreation, byId, clientMadeKey, clientOf, type Owned, optionalKey, ownedRowKey } from './mem-table-parts.ts';
import { byInstantThenId, compareText, ownedKey } from './mem-values.ts';

export const visitors = defineTable<Visitor>()({
  name: 'visitors',
  key: ownedRowKey,
  taken: 'id_taken',
  json: ['info'],
  uniques: {
    external: {
      key: ({ clientId, widgetId, externalId }) =>
        externalId === null ? undefined : clientMadeKey(clientId, widgetId, externalId),
      taken: 'external_id_taken',
    },
  },
  groups: { client: { key: clientOf, compare: byId } },
  references: [
    ownedByClient,
    {
      to: untyped(widgets),
      key: (visitor) => ownedKey(visitor.clientId, visitor.widgetId),
      missing: 'widget',
      onDelete: 'restrict',
      children: withinClient,
    },
  ],
});

export const conversations = defineTable<Conversation>()({
  name: 'conversations',
  key: ownedRowKey,
  taken: 'id_taken',
  json: ['metadata', 'handoff'],
  uniques: {
    clientMade: {
      key: ({ clientId, visitorId, clientConversationId }) =>
        visitorId === null || clientConversationId === null
          ? undefined
          : clientMadeKey(clientId, visitorId, clientConversationId),
      taken: 'id_taken',
    },
  },
  groups: {
    client: {
      key: clientOf,
      compare: (a: Pick<Conversation, 'updatedAt' | 'id'>, b: Pick<Conversation, 'updatedAt' | 'id'>) =>
        byInstantThenId({ at: a.updatedAt, id: a.id }, { at: b.updatedAt, id: b.id }),
    },
    /** One group for the installation: `snoozed` of those that wake up by themselves. */
    snoozed: {
      key: (conversation) =>
        conversation.status === 'snoozed' && conversation.snoozedUntil !== null ? 'snoozed' : undefined,
      compare: (a: Pick<Conversation, 'snoozedUntil' | 'id'>, b: Pick<Conversation, 'snoozedUntil' | 'id'>) =>
        byInstantThenId({ at: a.snoozedUntil!, id: a.id }, { at: b.snoozedUntil!, id: b.id }),
    },
  },
  references: [
    ownedByClient,
    {
      to: untyped(widgets),
      key: (conversation) => optionalKey(conversation, conversation.widgetId),
      missing: 'widget',
      onDelete: 'restrict',
      children: withinClient,
    },
    {
      to: untyped(visitors),
      key: (conversation) => optionalKey(conversation, conversation.visitorId),
      missing: 'visitor',
      onDelete: 'restrict',
      children: withinClient,
    },
    {
      to: untyped(members),
      key: (conversation) => optionalKey(conversation, conversation.assigneeId),
      missing: 'member',
      onDelete: 'restrict',
      children: withinClient,
    },
  ],
});

export const messages = defineTable<Message>()({
  name: 'messages',
  key: ownedRowKey,
  taken: 'id_taken',
  json: ['metadata'],
  uniques: {
    clientMade: {
      key: ({ clientId, conversationId, clientMessageId }) =>
        clientMessageId === null ? undefined : clientMadeKey(clientId, conversationId, clientMessageId),
      taken: 'id_taken',
    },
  },
  groups: {
    conversation: {
      key: (message) => ownedKey(message.clientId, message.conversationId),
      compare: (a: { sequence: number }, b: { sequence: number }) => a.sequence - b.sequence,
    },
  },
  references: [
    {
      to: untyped(conversations),
      key: (message) => ownedKey(message.clientId, message.conversationId),
      missing: 'conversation',
      onDelete: 'cascade',
      children: { group: 'conversation', key: (conversation) => ownedRowKey(conversation as Conversation) },
    },
  ],
});

export type InConversation = Owned & { conversationId: string };

export const conversationOf = (row: InConversation) => ownedKey(row.clientId, row.conversationId);

/** Tables of what hangs on a conversation have a group `conversation`, in which the rows of a removed one are found. */
export const ownedByConversation: Reference<InConversation> = {
  to: untyped(conversations),
  key: conversationOf,
  missing: 'conversation',
  onDelete: 'cascade',
  children: { group: 'conversation', key: (conversation) => ownedRowKey(conversation as Conversation) },
};

export const notes = defineTable<Note>()({
  name: 'conversation_notes',
  key: ownedRowKey,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: { conversation: { key: conversationOf, compare: byId } },
  references: [ownedByConversation],
});

export const handoffs = defineTable<Handoff>()({
  name: 'handoffs',
  key: ownedRowKey,
  taken: 'id_taken',
  json: [],
  uniques: {
    open: { key: (handoff) => (handoff.resolvedAt === null ? conversationOf(handoff) : undefined), taken: 'id_taken' },
  },
  groups: { conversation: { key: conversationOf, compare: byId }, client: { key: clientOf, compare: byId } },
  references: [ownedByConversation],
});

export const ratings = defineTable<Rating>()({
  name: 'conversation_ratings',
  key: conversationOf,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    conversation: {
      key: conversationOf,
      compare: (a: { conversationId: string }, b: { conversationId: string }) =>
        compareText(a.conversationId, b.conversationId),
    },
  },
  references: [ownedByConversation],
});

export const attachments = defineTable<Attachment>()({
  name: 'attachments',
  key: ownedRowKey,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    client: { key: clientOf, compare: byId },
    conversation: { key: conversationOf, compare: byId },
    /** One group for the installation: `unsent` of those that no message has taken up. */
    unsent: { key: (attachment) => (attachment.sentAt === null ? 'unsent' : undefined), compare: byCreation },
  },
  references: [ownedByConversation],
});

/** `terms` are parted by blanks, each once. */
export const conversationSearch = defineTable<SearchEntry>()({
  name: 'conversation_search',
  key: conversationOf,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    conversation: {
      key: conversationOf,
      compare: (a: { conversationId: string }, b: { conversationId: string }) =>
        compareText(a.conversationId, b.conversationId),
    },
  },
  references: [ownedByConversation],
});
