import type { AnswerEngine } from '../../../shared/knowledge-vocabulary.ts';
import type { Conversation, Job, Message, Widget } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import type { JobContext, JobHandler } from '../../jobs/job-handler.ts';
import { ConflictError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { logWordsOnly } from '../knowledge/search-passages.ts';
import { type ChainResult, type Engines, runChain } from './answer-chain.ts';
import type { AnswerJob } from './answer-job.ts';
import { answerLanguageOf } from './answer-language.ts';
import { awaitTurn, type TurnTimes, turnTimes } from './await-turn.ts';
import type { Question } from './engines/engine.ts';
import { takeReopened } from './hand-back.ts';
import { intentOf } from './intents.ts';
import { personCalledWords } from './person-words.ts';
import { ProgressTeller } from './progress.ts';
import { isReopened } from './reopened.ts';
import { questionKeyOf, retrieve } from './retrieve.ts';
import { isGone, type Settlement, settleAnswer } from './settle-answer.ts';
import { answerBySomebody, isWithPerson, lastOf, offersPersonKey, readAround, type Thread, turnsOf } from './thread.ts';
import { type Words, wordResult, wordSmallTalk } from './word-answer.ts';

export interface AnswerDeps extends Pick<Deps, 'bus' | 'now' | 'embedder' | 'measures'> {
  engines: Engines;
  /** How long visitors of this client have usually waited for a person; undefined when nobody knows. */
  usualReplyMs(own: ClientStorage): Promise<number | undefined>;
  times?: Partial<TurnTimes & { laterMs: number }>;
}

/** How long a workflow that has said that it answers later may take. */
export const laterMs = 120_000;
const attemptsMax = 4;

/** Everything a question is answered with. */
interface Case {
  own: ClientStorage;
  question: Message;
  conversation: Conversation;
  widget: Widget;
  engine: AnswerEngine;
  thread: Thread;
  language: Question['language'];
  visitor: Question['visitor'];
}

/**
 * Answers a visitor's message. The job was stored with the message; the answer, its receipt and the job's end are stored
 * in one step, so that whatever is killed when, there is one answer.
 */
export function answerHandler(deps: AnswerDeps): JobHandler {
  return {
    // Most of the time is spent waiting for others.
    atOnce: 8,
    attemptsMax,
    retryDelayMs: (attempt) => 1_000 * 4 ** (attempt - 1),
    run: (job, context) => answerQuestion(deps, job, context).catch((error: unknown) => settled(error, context)),
    giveUp: (job, context) => giveUp(deps, job, context).catch((error: unknown) => settled(error, context)),
  };
}

/** A question that has its answer, or that is gone, is done with. */
async function settled(error: unknown, { finish, signal }: JobContext): Promise<void> {
  const isDone = error instanceof ConflictError && error.reason === 'already_answered';
  if (signal.aborted || !(isDone || isGone(error))) throw error;
  await finish(async () => undefined);
}

async function answerQuestion(deps: AnswerDeps, job: Job, context: JobContext): Promise<void> {
  const { storage, signal } = context;
  const opened = await openCase(storage.forClient(job.clientId), job);
  const found = opened && (await takenBack(deps, context, job, opened));
  if (!found) return;
  const { own, question, conversation, widget, engine, language } = found;
  const progress = tellerFor(deps, found);
  let isSaid = false;
  let isLater = false;
  try {
    if (await isWithPerson(own, conversation, found.thread)) {
      await settle(deps, context, found, { words: null, result: emptyResult(engine, question.content) });
      return;
    }
    progress.think();
    const times = { ...turnTimes, ...deps.times };
    const turn = { own, bus: deps.bus, question, before: found.thread.before, now: deps.now, signal, times };
    if (!(await awaitTurn(turn))) {
      await storage.queue.giveBack(job, { runAt: new Date(deps.now().getTime() + times.lookMs), error: null });
      return;
    }
    // What was answered while this question waited its turn belongs to what was said before.
    const thread = await readAround(own, question);
    const current = { ...found, thread };
    const { situation, small } = await lookAtWords(deps, current);
    if (small) {
      isSaid = await settle(deps, context, current, { words: small, result: emptyResult(engine, question.content) });
      return;
    }

    const asked = engine === 'webhook' ? await own.webhooks.find(question.id) : undefined;
    const dueAt = asked?.outcome === 'later' ? asked.createdAt.getTime() + (deps.times?.laterMs ?? laterMs) : undefined;
    const isAnsweredElsewhere = answerBySomebody(thread) !== undefined;
    if (dueAt !== undefined && dueAt > deps.now().getTime() && !isAnsweredElsewhere) {
      isLater = true;
      await storage.queue.giveBack(job, { runAt: new Date(dueAt), error: null });
      return;
    }
    const result = isAnsweredElsewhere
      ? emptyResult(engine, question.content)
      : await runChain({
          engines: deps.engines,
          question: questionOf(current),
          first: engine,
          firstFailure: dueAt === undefined ? undefined : 'The workflow said that it answers later, and did not.',
          retrieve: async () => {
            const wanted = { widget, text: question.content, language, before: questionBefore(current.thread) };
            const retrieved = await retrieve(own, wanted, deps.embedder);
            if (retrieved.found) logWordsOnly(context.log, own, retrieved.found);
            return retrieved;
          },
          progress,
          signal,
        });
    if (result === 'later') {
      isLater = true;
      const runAt = new Date(deps.now().getTime() + (deps.times?.laterMs ?? laterMs));
      await storage.queue.giveBack(job, { runAt, error: null });
      return;
    }
    const words = await wordResult(result, situation, question.content);
    isSaid = await settle(deps, context, current, { words, result });
  } finally {
    progress.end({ isVoid: !isSaid && !isLater });
  }
}

/** No engine could be asked to the end: the visitor is told so, and a person is called. */
async function giveUp(deps: AnswerDeps, job: Job, context: JobContext): Promise<void> {
  const found = await openCase(context.storage.forClient(job.clientId), job);
  if (!found) return void (await context.finish(async () => undefined));
  const { situation } = await lookAtWords(deps, found);
  const failed = 'The answer was begun several times and never finished.';
  const result: ChainResult = {
    ...emptyResult(found.engine, found.question.content),
    outcome: 'failed',
    steps: [{ engine: found.engine, durationMs: 0, failure: failed }],
  };
  const words = await wordResult(result, situation, found.question.content);
  const isSaid = await settle(deps, context, found, { words, result });
  tellerFor(deps, found).end({ isVoid: !isSaid });
}

/** Undefined when there is nothing to answer (any more). */
async function openCase(own: ClientStorage, { subjectId, payload }: Job): Promise<Case | undefined> {
  const { conversationId } = payload as Partial<AnswerJob>;
  if (typeof conversationId !== 'string') return undefined;
  const [question, conversation, receipt] = await Promise.all([
    own.messages.find(conversationId, subjectId),
    own.conversations.find(conversationId),
    own.receipts.find(subjectId),
  ]);
  if (!question || !conversation || receipt || question.role !== 'user' || conversation.widgetId === null)
    return undefined;
  const widget = await own.widgets.find(conversation.widgetId);
  if (!widget || widget.engine === 'none') return undefined;
  const thread = await readAround(own, question);
  const visitor = conversation.visitorId === null ? undefined : await own.visitors.find(conversation.visitorId);
  const language = answerLanguageOf(question.content, [widget.language, visitor?.locale]);
  return { own, question, conversation, widget, engine: widget.engine, thread, language, visitor };
}

/** The case with its conversation in the assistant's hands, when the visitor has opened it again after it was closed. */
async function takenBack(deps: AnswerDeps, context: JobContext, job: Job, found: Case): Promise<Case | undefined> {
  const { own, question, conversation, thread } = found;
  if (!isReopened(conversation, question, thread)) return found;
  if (!(await isWithPerson(own, conversation, thread))) return found;
  await takeReopened(deps, context, { clientId: own.clientId, conversationId: conversation.id, thread });
  return openCase(own, job);
}

/** How things stand between the two, and what to say where no engine is needed. */
async function lookAtWords(deps: AnswerDeps, found: Case) {
  const { own, question, widget, engine, thread, language } = found;
  const personWords = async () =>
    personCalledWords({
      language,
      businessHours: widget.businessHours,
      usualReplyMs: await deps.usualReplyMs(own),
      now: deps.now(),
    });
  const wasOffered = lastOf(thread, 'assistant')?.metadata[offersPersonKey] === true;
  const situation = { language, wasOffered, personWords };
  const small = await wordSmallTalk(intentOf(question.content), { ...situation, talksItself: engine !== 'knowledge' });
  return { situation, small };
}

function questionOf({ own, question, conversation, widget, thread, language, visitor }: Case): Question {
  return {
    clientId: own.clientId,
    widget,
    conversationId: conversation.id,
    messageId: question.id,
    text: question.content,
    language,
    history: turnsOf(thread),
    visitor,
    passages: [],
    confidence: null,
    isTrial: false,
  };
}

/** The visitor's question before this one, small talk left out. */
function questionBefore({ before }: Thread): string | undefined {
  return before.findLast(({ role, content }) => role === 'user' && intentOf(content) === undefined)?.content;
}

async function settle(
  deps: AnswerDeps,
  context: JobContext,
  { own, question, widget, language }: Case,
  { words, result }: { words: Words | null; result: ChainResult },
): Promise<boolean> {
  const { searched, use, text: _, ...told } = result;
  const receipt: Settlement['receipt'] = {
    ...told,
    ...use,
    widgetId: widget.id,
    question: searched,
    questionKey: questionKeyOf(question.content, language),
    durationMs: Math.max(0, deps.now().getTime() - question.createdAt.getTime()),
  };
  const isSaid = await settleAnswer(context, deps, {
    clientId: own.clientId,
    settlement: { question, words, receipt },
  });
  deps.measures?.questionSettled(receipt.engine, isSaid ? receipt.outcome : 'silent', receipt.durationMs / 1000);
  return isSaid;
}

/** Of what was answered without any engine. */
function emptyResult(engine: AnswerEngine, searched: string): ChainResult {
  const use = { model: null, promptVersion: null, tokensIn: 0, tokensOut: 0, costMicros: 0 };
  return { text: '', outcome: 'answered', engine, searched, confidence: null, passages: [], steps: [], use };
}

function tellerFor({ bus }: AnswerDeps, { own, question, conversation }: Case): ProgressTeller {
  const about = { clientId: own.clientId, conversationId: conversation.id, questionMessageId: question.id };
  return new ProgressTeller((step) => bus.publish('answer.progress', { ...about, ...step }));
}
