import type { JsonObject } from '../../../../shared/schema.ts';
import { SealingError } from '../../../lib/sealing.ts';
import { ConflictError } from '../../../storage/errors.ts';
import type { NewWebhookCall, WebhooksRepository } from '../../../storage/repositories/webhooks.ts';
import type { Fetch } from '../guarded-request.ts';
import { callWorkflow, type WorkflowTimes, workflowTimes } from './call-workflow.ts';
import type { Engine, EngineAnswer, Question } from './engine.ts';

export interface WebhookDeps {
  callsOf(question: Question): Pick<WebhooksRepository, 'find' | 'note'>;
  /** Undefined: calls are not signed. @throws SealingError */
  secretFor(question: Question): Promise<string | undefined>;
  fetch: Fetch;
  now(): Date;
  newId(): string;
  times?: Partial<WorkflowTimes>;
}

/**
 * Answers with a workflow. The delivery id is the visitor's message's, however often the question is taken up: a call
 * that was noted is not made again, and its answer counts.
 */
export function createWebhookEngine(deps: WebhookDeps): Engine {
  const times = { ...workflowTimes, ...deps.times };
  return {
    async answer(question, sink, signal) {
      signal.throwIfAborted();
      const url = question.widget.engineSettings.webhookUrl?.trim() ?? '';
      if (!URL.canParse(url)) return failed('The workflow has no address: enter it in the settings of the engine.');
      try {
        const before = question.isTrial ? undefined : await deps.callsOf(question).find(question.messageId);
        if (before) return answerOf(before);
        const secret = await deps.secretFor(question);
        const input = inputOf(question);
        const started = performance.now();
        const { reply, httpStatus } = await callWorkflow(
          {
            url,
            question: { ...input, secret, deliveryId: question.messageId },
            fetch: deps.fetch,
            times,
            now: deps.now,
          },
          (piece) => sink.text(piece),
          signal,
        );
        const call: NewWebhookCall = {
          id: question.messageId,
          widgetId: question.widget.id,
          conversationId: question.conversationId,
          questionMessageId: question.messageId,
          url: shownUrl(url),
          input: input as unknown as JsonObject,
          output: reply.kind === 'answer' ? reply.text : '',
          outcome: reply.kind === 'answer' ? 'answered' : reply.kind,
          failure: reply.kind === 'failed' ? reply.reason.slice(0, 1_000) : null,
          httpStatus,
          durationMs: Math.round(performance.now() - started),
        };
        if (!question.isTrial) await note(deps, question, call);
        return answerOf(call);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (error instanceof SealingError)
          return failed('The secret that signs calls cannot be opened: make a new one.');
        return failed('The workflow could not be called.');
      }
    },
  };
}

/** What a workflow is told of a question; `send again` sends the same. */
export function inputOf({ conversationId, messageId, widget, visitor, text, language, isTrial }: Question): {
  sessionId: string;
  chatInput: string;
  metadata: JsonObject;
} {
  return {
    sessionId: conversationId,
    chatInput: text,
    metadata: {
      conversationId,
      messageId,
      widgetId: widget.id,
      language,
      ...(visitor && { visitorId: visitor.id }),
      ...(visitor?.name && { visitorName: visitor.name }),
      ...(visitor?.pageUrl && { page: visitor.pageUrl }),
      ...(isTrial && { trial: true }),
    },
  };
}

/** As it may be shown: addresses of workflows hold secrets in their query. */
export function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`.slice(0, 2_000);
}

async function note(deps: WebhookDeps, question: Question, call: NewWebhookCall): Promise<void> {
  const calls = deps.callsOf(question);
  try {
    await calls.note(call);
  } catch (error) {
    // Another process has taken the question up meanwhile and noted its call first.
    if (!(error instanceof ConflictError)) throw error;
    await calls.note({ ...call, id: deps.newId() });
  }
}

function answerOf({ outcome, output, failure }: Pick<NewWebhookCall, 'outcome' | 'output' | 'failure'>): EngineAnswer {
  if (outcome === 'answered') return { kind: 'answered', text: output, citations: [] };
  return outcome === 'later' ? { kind: 'later' } : failed(failure ?? 'The workflow failed.');
}

const failed = (reason: string): EngineAnswer => ({ kind: 'failed', reason });
