import type { ConversationView, MessageView } from '../../../../shared/contracts/conversations.ts';

/** A message of a thread as the API shows it, for tests. */
export function aMessage(sequence: number, over: Partial<MessageView> = {}): MessageView {
  return {
    id: `m${sequence}`,
    conversationId: 't1',
    sequence,
    role: 'user',
    content: `Message ${sequence}`,
    metadata: {},
    clientMessageId: null,
    authorId: null,
    authorName: null,
    attachments: [],
    createdAt: new Date(Date.UTC(2026, 10, 21, 12, 0, sequence)).toISOString(),
    ...over,
  };
}

/** A conversation as the API shows it, for tests. */
export function aConversation(id: string, over: Partial<ConversationView> = {}): ConversationView {
  return {
    id,
    widgetId: 'w1',
    visitorId: `v-${id}`,
    visitorName: null,
    title: null,
    status: 'open',
    snoozedUntil: null,
    assigneeId: null,
    tags: [],
    metadata: {},
    messageCount: 1,
    lastSequence: 1,
    lastMessagePreview: 'Hello',
    lastMessageRole: 'user',
    lastMessageAt: '2026-11-21T12:00:00.000Z',
    visitorReadSequence: 1,
    agentReadSequence: 0,
    handoff: null,
    createdAt: '2026-11-21T12:00:00.000Z',
    updatedAt: '2026-11-21T12:00:00.000Z',
    ...over,
  };
}
