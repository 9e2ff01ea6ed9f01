import { queryOptions } from '@tanstack/react-query';
import {
  countAnswers,
  getModel,
  getReceipt,
  getWebhookSecret,
  listReceipts,
  listUnanswered,
  listWebhookCalls,
  type ReceiptView,
  type WebhookCallView,
} from '../../../../../shared/contracts/answers.ts';
import { call } from '../../lib/api.ts';
import { pagedQuery } from '../../lib/paging.ts';

/** First part of the key of everything that tells how answers came about. */
export const answersKey = (clientId: string) => ['answers', clientId] as const;

export interface ReceiptPlace {
  conversationId: string;
  /** The assistant's message, or the visitor's that it answers. */
  messageId: string;
}

/** Why the assistant said something. */
export function receiptQuery(clientId: string, { conversationId, messageId }: ReceiptPlace) {
  return queryOptions({
    queryKey: [...answersKey(clientId), 'one', conversationId, messageId] as const,
    queryFn: ({ signal }) => call(getReceipt, { params: { clientId, conversationId, messageId } }, { signal }),
  });
}

export interface ReceiptFilter {
  order: 'newest' | 'worst';
  widgetId: string | undefined;
}

export function receiptsQuery(clientId: string, { order, widgetId }: ReceiptFilter) {
  return pagedQuery<ReceiptView>([...answersKey(clientId), 'list', order, widgetId ?? 'all'], (cursor, signal) =>
    call(
      listReceipts,
      {
        params: { clientId },
        query: {
          order,
          limit: '30',
          ...(widgetId !== undefined && { widgetId }),
          ...(cursor !== undefined && { cursor }),
        },
      },
      { signal },
    ),
  );
}

/** Questions without an answer, in groups, the largest first. */
export function unansweredQuery(clientId: string) {
  return queryOptions({
    queryKey: [...answersKey(clientId), 'unanswered'] as const,
    queryFn: async ({ signal }) =>
      (await call(listUnanswered, { params: { clientId }, query: { limit: '100' } }, { signal })).items,
  });
}

/** What came of the questions of the last 30 days. */
export function answerCountsQuery(clientId: string) {
  return queryOptions({
    queryKey: [...answersKey(clientId), 'counts'] as const,
    queryFn: ({ signal }) => call(countAnswers, { params: { clientId } }, { signal }),
  });
}

export function modelQuery(clientId: string) {
  return queryOptions({
    queryKey: ['model', clientId] as const,
    queryFn: ({ signal }) => call(getModel, { params: { clientId } }, { signal }),
  });
}

export function webhookSecretQuery(clientId: string, widgetId: string) {
  return queryOptions({
    queryKey: ['webhook-secret', clientId, widgetId] as const,
    queryFn: ({ signal }) => call(getWebhookSecret, { params: { clientId, widgetId } }, { signal }),
  });
}

/** Calls of a widget's workflow, newest first. */
export function webhookCallsQuery(clientId: string, widgetId: string) {
  return pagedQuery<WebhookCallView>(['webhook-calls', clientId, widgetId], (cursor, signal) =>
    call(
      listWebhookCalls,
      { params: { clientId, widgetId }, query: { limit: '20', ...(cursor !== undefined && { cursor }) } },
      { signal },
    ),
  );
}
