import type { JsonObject } from '../../../shared/schema.ts';

/** What the job of a visitor's message carries: where the message is. */
export type AnswerJob = { conversationId: string };

/** What is stored with a visitor's message that the assistant is to answer. */
export const answerJobOf = (conversationId: string): AnswerJob & JsonObject => ({ conversationId });
