import type { ReceiptView, WebhookCallView } from '../../../shared/contracts/answers.ts';
import type { AnswerReceipt, WebhookCall } from '../../../shared/schema.ts';

/** How an answer came about, for agents. */
export function presentReceipt(receipt: AnswerReceipt): ReceiptView {
  const { questionMessageId, conversationId, widgetId, answerMessageId, rating, reviewedAt, createdAt } = receipt;
  return {
    questionMessageId,
    conversationId,
    widgetId,
    answerMessageId,
    ...presentAccount(receipt),
    rating,
    reviewedAt: reviewedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}

type Account = Pick<
  AnswerReceipt,
  | 'question'
  | 'answer'
  | 'outcome'
  | 'engine'
  | 'model'
  | 'promptVersion'
  | 'confidence'
  | 'passages'
  | 'steps'
  | 'tokensIn'
  | 'tokensOut'
  | 'costMicros'
  | 'durationMs'
>;

/** What a receipt and an answer that was only tried have in common. */
export function presentAccount(account: Account): Account {
  const { question, answer, outcome, engine, model, promptVersion, confidence } = account;
  const { passages, steps, tokensIn, tokensOut, costMicros, durationMs } = account;
  return {
    question,
    answer,
    outcome,
    engine,
    model,
    promptVersion,
    confidence,
    passages,
    steps,
    tokensIn,
    tokensOut,
    costMicros,
    durationMs,
  };
}

/** A call of a workflow, for owners. */
export function presentWebhookCall(call: WebhookCall): WebhookCallView {
  const { id, conversationId, questionMessageId, url, input, output, outcome, failure, httpStatus, durationMs } = call;
  const createdAt = call.createdAt.toISOString();
  return {
    id,
    conversationId,
    questionMessageId,
    url,
    input,
    output,
    outcome,
    failure,
    httpStatus,
    durationMs,
    createdAt,
  };
}
