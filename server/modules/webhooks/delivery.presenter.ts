import type { DeliveryBody, DeliveryDetailsView, DeliveryView } from '../../../shared/contracts/webhooks.ts';
import type { JsonObject, WebhookDelivery } from '../../../shared/schema.ts';
import { webhookTestEvent } from '../../../shared/webhook-vocabulary.ts';
import type { StoredMessage, WebhookPayload } from '../../storage/webhook-payload.ts';
import { attachmentsOf, presentAttachment } from '../attachments/attachment.presenter.ts';

/** The body that the receiver gets; the same each time. Undefined when its content has been erased. */
export function deliveryBody({ clientId, id, event, payload, createdAt }: WebhookDelivery): DeliveryBody | undefined {
  if (payload === null) return undefined;
  const head = { id, type: event, createdAt: createdAt.toISOString() };
  if (event === webhookTestEvent) return { ...head, data: payload };
  const stored = payload as unknown as WebhookPayload;
  const { changed, message, handoff, rating, conversation, visitor } = stored;
  // Postgres keeps the members of JSON in an order of its own.
  const data = {
    ...(changed && { changed }),
    ...(message && { message: presentStoredMessage(message, clientId) }),
    ...(handoff && {
      handoff: {
        id: handoff.id,
        requestedBy: handoff.requestedBy,
        reason: handoff.reason,
        requestedAt: handoff.requestedAt,
        resolvedAt: handoff.resolvedAt,
        resolution: handoff.resolution,
      },
    }),
    ...(rating && { rating: { score: rating.score, comment: rating.comment, createdAt: rating.createdAt } }),
    conversation: {
      id: conversation.id,
      widgetId: conversation.widgetId,
      title: conversation.title,
      status: conversation.status,
      snoozedUntil: conversation.snoozedUntil,
      assigneeId: conversation.assigneeId,
      tags: conversation.tags,
      metadata: conversation.metadata,
      lastSequence: conversation.lastSequence,
      createdAt: conversation.createdAt,
      updatedAt: conversation.updatedAt,
    },
    visitor: visitor && {
      id: visitor.id,
      externalId: visitor.externalId,
      name: visitor.name,
      email: visitor.email,
    },
  };
  return { ...head, data };
}

function presentStoredMessage(message: StoredMessage, clientId: WebhookDelivery['clientId']) {
  const { attachments, metadata } = attachmentsOf(message);
  return {
    id: message.id,
    conversationId: message.conversationId,
    sequence: message.sequence,
    role: message.role,
    content: message.content,
    metadata,
    clientMessageId: message.clientMessageId,
    authorId: message.authorId,
    attachments: attachments.map((one) => presentAttachment(one, { clientId })),
    createdAt: message.createdAt,
  };
}

export function presentDelivery(delivery: WebhookDelivery): DeliveryView {
  const { state, nextTryAt } = delivery;
  return {
    id: delivery.id,
    webhookId: delivery.webhookId,
    event: delivery.event,
    conversationId: delivery.conversationId,
    state,
    byHand: delivery.byHand,
    attempts: delivery.attempts,
    nextTryAt: state === 'pending' ? nextTryAt.toISOString() : null,
    lastAttemptAt: delivery.lastAttemptAt?.toISOString() ?? null,
    httpStatus: delivery.httpStatus,
    failure: delivery.failure,
    durationMs: delivery.durationMs,
    createdAt: delivery.createdAt.toISOString(),
  };
}

export function presentDeliveryDetails(delivery: WebhookDelivery): DeliveryDetailsView {
  const body = (deliveryBody(delivery) as JsonObject | undefined) ?? null;
  return { ...presentDelivery(delivery), body, response: delivery.response };
}
