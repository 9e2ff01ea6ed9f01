import type { UsedPassage } from '../../../shared/knowledge-vocabulary.ts';
import type { JsonObject, Message } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import type { JobContext } from '../../jobs/job-handler.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { AppendResult } from '../../storage/repositories/messages.ts';
import type { NewReceipt } from '../../storage/repositories/receipts.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { citationsOf } from './citations.ts';
import { answerBySomebody, answersKey, answerToKey, isWithPerson, offersPersonKey, readAround } from './thread.ts';
import type { Words } from './word-answer.ts';

/** All that is stored of an answer; the receipt's answer follows from the words. */
export interface Settlement {
  question: Message;
  /** Null: nothing is said. */
  words: Words | null;
  receipt: Omit<NewReceipt, 'questionMessageId' | 'conversationId' | 'answerMessageId' | 'answer'>;
}

/** Something was said while the answer was being stored: what to do is to be decided again. */
class OvertakenError extends Error {
  override readonly name = 'OvertakenError';
}

const triesMax = 5;

/**
 * Ends the job with the answer, its receipt and the call for a person, all or nothing, and tells everybody. Nothing is
 * said when a person has come meanwhile, or when a workflow has answered through the API: then that is the answer.
 * Answers whether the assistant said something.
 * @throws JobLostError when somebody else works on the question now
 */
export async function settleAnswer(
  { finish }: Pick<JobContext, 'finish'>,
  { bus }: Pick<Deps, 'bus'>,
  { clientId, settlement }: { clientId: ClientStorage['clientId']; settlement: Settlement },
): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      const said = await finish((scope) => store(scope.forClient(clientId), settlement));
      if (!said) return false;
      const { message, conversation } = said;
      bus.publish('message.created', { clientId, message, conversation });
      if (said.isCalled) bus.publish('conversation.updated', { clientId, conversation });
      return true;
    } catch (error) {
      if (!(error instanceof OvertakenError) || tries === triesMax) throw error;
    }
  }
}

type Said = Pick<AppendResult, 'message' | 'conversation'> & { isCalled: boolean };

async function store(own: ClientStorage, { question, words, receipt }: Settlement): Promise<Said | undefined> {
  const { id: questionMessageId, conversationId } = question;
  const conversation = await own.conversations.find(conversationId);
  // Removed meanwhile: there is nobody to answer.
  if (!conversation) return undefined;
  const about = { ...receipt, questionMessageId, conversationId };
  const thread = await readAround(own, question);
  if (words === null || (await isWithPerson(own, conversation, thread))) {
    await own.receipts.create({ ...about, outcome: 'silent', answerMessageId: null, answer: '' });
    return undefined;
  }
  const other = answerBySomebody(thread);
  if (other) {
    await own.receipts.create({ ...about, ...answeredBy(other) });
    return undefined;
  }

  const citations = citationsOf(receipt.passages);
  const { message, repeated, ...after } = await own.messages.append({
    conversationId,
    role: 'assistant',
    content: words.text,
    metadata: {
      [answerToKey]: questionMessageId,
      engine: receipt.engine,
      ...(receipt.model !== null && { model: receipt.model }),
      ...(citations.length > 0 && { citations: citations as unknown as JsonObject[] }),
      ...(words.answers && { [answersKey]: true }),
      ...(words.offersPerson && { [offersPersonKey]: true }),
    },
    // A workflow that answers through the API under the same id and this answer are one message, whichever comes first.
    clientMessageId: answerMessageIdOf(questionMessageId),
  });
  if (repeated) {
    await own.receipts.create({ ...about, ...answeredBy(message) });
    return undefined;
  }
  const seen = thread.after.at(-1)?.sequence ?? question.sequence;
  if (message.sequence !== seen + 1) throw new OvertakenError();
  await own.receipts.create({ ...about, answerMessageId: message.id, answer: words.text });
  if (!words.call) return { message, conversation: after.conversation, isCalled: false };
  const called = await own.handoffs.request({ conversationId, ...words.call });
  return { message, conversation: called.conversation, isCalled: true };
}

const answeredBy = ({ id, content }: Message) =>
  ({
    outcome: 'answered' as const,
    answerMessageId: id,
    answer: content,
    passages: [] as UsedPassage[],
  }) satisfies Partial<NewReceipt>;

/** The client-made id of the answer to a visitor's message, for those who answer through the API. */
export const answerMessageIdOf = (questionMessageId: string): string => `answer-${questionMessageId}`;

/** Whether something is gone that the answer was for. */
export const isGone = (error: unknown): boolean => error instanceof NotFoundError;
