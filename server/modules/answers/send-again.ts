import type { JsonObject, Message, WebhookCall, Widget } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import type { Sealing } from '../../lib/sealing.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { AppendResult } from '../../storage/repositories/messages.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { answerLanguageOf } from './answer-language.ts';
import { findWebhookSecret } from './create-engines.ts';
import { callWorkflow, type WorkflowTimes, workflowTimes } from './engines/call-workflow.ts';
import { shownUrl } from './engines/webhook-engine.ts';
import type { Fetch } from './guarded-request.ts';
import { questionKeyOf } from './retrieve.ts';
import { answerMessageIdOf } from './settle-answer.ts';
import { answerBySomebody, answerToKey, isWithPerson, readAround } from './thread.ts';

type AgainDeps = Pick<Deps, 'storage' | 'bus' | 'now' | 'newId'> & {
  sealing: Sealing;
  guardedFetch: Fetch;
  times?: Partial<WorkflowTimes>;
};

interface Wish {
  own: ClientStorage;
  widgetId: string;
  callId: string;
}

/**
 * Calls a widget's workflow, where it is now, with the input of an earlier call, under a delivery id of its own. What it
 * answers reaches the visitor when the question has no answer yet and no person has the conversation.
 * @throws NotFoundError `widget`; `message` when the call or its question is not there any more
 * @throws HttpProblem `conflict` when the widget has no workflow any more
 */
export async function sendAgain(
  deps: AgainDeps,
  { own, widgetId, callId }: Wish,
): Promise<{ call: WebhookCall; posted: boolean }> {
  const widget = await own.widgets.find(widgetId);
  if (!widget) throw new NotFoundError('widget');
  const earlier = await own.webhooks.find(callId);
  const question = earlier && (await own.messages.find(earlier.conversationId, earlier.questionMessageId));
  if (!question || earlier.widgetId !== widget.id) throw new NotFoundError('message');
  const url = widget.engineSettings.webhookUrl?.trim() ?? '';
  if (!URL.canParse(url)) throw new HttpProblem('conflict', 'The widget has no workflow. Enter its address first.');

  const id = deps.newId();
  const secret = await findWebhookSecret(own, widget.id, deps.sealing).catch(() => undefined);
  const input = earlier.input as { sessionId: string; chatInput: string; metadata: JsonObject };
  const started = performance.now();
  const { reply, httpStatus } = await callWorkflow(
    {
      url,
      question: { ...input, secret, deliveryId: id },
      fetch: deps.guardedFetch,
      times: { ...workflowTimes, ...deps.times },
      now: deps.now,
    },
    () => {},
    new AbortController().signal,
  );
  const call = await own.webhooks.note({
    id,
    widgetId: widget.id,
    conversationId: question.conversationId,
    questionMessageId: question.id,
    url: shownUrl(url),
    input: earlier.input,
    output: reply.kind === 'answer' ? reply.text : '',
    outcome: reply.kind === 'answer' ? 'answered' : reply.kind,
    failure: reply.kind === 'failed' ? reply.reason : null,
    httpStatus,
    durationMs: Math.round(performance.now() - started),
  });
  const posted = reply.kind === 'answer' && (await post(deps, { own, widget, question, text: reply.text, call }));
  return { call, posted };
}

interface Answer {
  own: ClientStorage;
  widget: Widget;
  question: Message;
  text: string;
  call: WebhookCall;
}

/** Stores the answer, unless there is one; a job that was still to answer has nothing to do any more. */
async function post({ storage, bus }: AgainDeps, { own, widget, question, text, call }: Answer): Promise<boolean> {
  const { clientId } = own;
  const { id: questionMessageId, conversationId } = question;
  const stored = await storage.transaction(async (scope): Promise<AppendResult | undefined> => {
    const scoped = scope.forClient(clientId);
    const conversation = await scoped.conversations.find(conversationId);
    const receipt = await scoped.receipts.find(questionMessageId);
    const thread = await readAround(scoped, question);
    const isOpen = receipt === undefined || receipt.outcome === 'failed' || receipt.outcome === 'unknown';
    if (!conversation || !isOpen || answerBySomebody(thread) || (await isWithPerson(scoped, conversation, thread))) {
      return undefined;
    }
    const result = await scoped.messages.append({
      conversationId,
      role: 'assistant',
      content: text,
      metadata: { [answerToKey]: questionMessageId },
      clientMessageId: receipt === undefined ? answerMessageIdOf(questionMessageId) : `again-${questionMessageId}`,
    });
    if (result.repeated) return undefined;
    if (receipt === undefined) {
      await scoped.jobs.cancel('answer', questionMessageId);
      await scoped.receipts.create({
        questionMessageId,
        conversationId,
        widgetId: widget.id,
        answerMessageId: result.message.id,
        question: question.content,
        questionKey: questionKeyOf(question.content, answerLanguageOf(question.content, [widget.language])),
        answer: text,
        outcome: 'answered',
        engine: 'webhook',
        model: null,
        promptVersion: null,
        confidence: null,
        passages: [],
        steps: [{ engine: 'webhook', durationMs: call.durationMs, failure: null }],
        tokensIn: 0,
        tokensOut: 0,
        costMicros: 0,
        durationMs: call.durationMs,
      });
    }
    return result;
  });
  if (!stored) return false;
  bus.publish('message.created', { clientId, message: stored.message, conversation: stored.conversation });
  bus.publish('job.changed', { clientId, kind: 'answer', subjectId: questionMessageId });
  return true;
}
