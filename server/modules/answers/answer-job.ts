import type { JsonObject } from '../../../shared/schema.ts';
import { currentSpan } from '../../tracing/tracing.ts';

/** What the job of a visitor's message carries: where the message is, and the trace it was sent in, if it is traced. */
export type AnswerJob = { conversationId: string; traceparent?: string };

/** What is stored with a visitor's message that the assistant is to answer. */
export function answerJobOf(conversationId: string): AnswerJob & JsonObject {
  const traceparent = currentSpan()?.traceparent;
  return { conversationId, ...(traceparent !== undefined && { traceparent }) };
}
