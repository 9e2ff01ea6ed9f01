import type { ConversationView } from '../../../shared/contracts/conversations.ts';
import type { VisitorConversationView } from '../../../shared/contracts/visitor.ts';
import type { Conversation } from '../../../shared/schema.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { visitorNameOf } from './visitor.presenter.ts';

/** A conversation as agents and programs see it. */
export function presentConversation(conversation: Conversation): ConversationView {
  return {
    id: conversation.id,
    widgetId: conversation.widgetId,
    visitorId: conversation.visitorId,
    title: conversation.title,
    status: conversation.status,
    snoozedUntil: conversation.snoozedUntil?.toISOString() ?? null,
    assigneeId: conversation.assigneeId,
    tags: conversation.tags,
    metadata: conversation.metadata,
    messageCount: conversation.messageCount,
    lastSequence: conversation.lastSequence,
    lastMessagePreview: conversation.lastMessagePreview,
    lastMessageRole: conversation.lastMessageRole,
    lastMessageAt: conversation.lastMessageAt?.toISOString() ?? null,
    visitorReadSequence: conversation.visitorReadSequence,
    agentReadSequence: conversation.agentReadSequence,
    handoff: conversation.handoff,
    createdAt: conversation.createdAt.toISOString(),
    updatedAt: conversation.updatedAt.toISOString(),
  };
}

/** Conversations of a list, with the names of their visitors, which are looked up together. */
export async function presentConversations(
  storage: ClientStorage,
  conversations: readonly Conversation[],
): Promise<ConversationView[]> {
  const visitorIds = new Set(conversations.flatMap(({ visitorId }) => visitorId ?? []));
  const visitors = await storage.visitors.namesOf([...visitorIds]);
  const names = new Map(visitors.map((visitor) => [visitor.id, visitorNameOf(visitor)]));
  return conversations.map((conversation) => ({
    ...presentConversation(conversation),
    visitorName: names.get(conversation.visitorId ?? '') ?? null,
  }));
}

/** A conversation as its visitor sees it: nothing of how agents organise their work. */
export function presentVisitorConversation(conversation: Conversation): VisitorConversationView {
  return {
    id: conversation.id,
    clientConversationId: conversation.clientConversationId,
    status: conversation.status,
    lastSequence: conversation.lastSequence,
    lastMessagePreview: conversation.lastMessagePreview,
    lastMessageAt: conversation.lastMessageAt?.toISOString() ?? null,
    visitorReadSequence: conversation.visitorReadSequence,
    agentReadSequence: conversation.agentReadSequence,
    handoff: conversation.handoff && { requestedAt: conversation.handoff.requestedAt },
    createdAt: conversation.createdAt.toISOString(),
  };
}
