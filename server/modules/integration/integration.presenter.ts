import type * as z from 'zod/mini';
import type { integrationConversationView, integrationMessageView } from '../../../shared/contracts/integration.ts';
import type { Conversation, Message } from '../../../shared/schema.ts';

/** A conversation under the field names of the integration API. */
export function presentIntegrationConversation(
  conversation: Conversation,
): z.output<typeof integrationConversationView> {
  return {
    id: conversation.id,
    orgId: conversation.clientId,
    createdAt: conversation.createdAt.toISOString(),
    updatedAt: conversation.updatedAt.toISOString(),
    messageCount: conversation.messageCount,
  };
}

/** A message under the field names of the integration API. */
export function presentIntegrationMessage(message: Message): z.output<typeof integrationMessageView> {
  return {
    id: message.id,
    conversationId: message.conversationId,
    role: message.role,
    content: message.content,
    timestamp: message.createdAt.toISOString(),
  };
}
