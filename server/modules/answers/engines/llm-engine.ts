import { setTimeout as wait } from 'node:timers/promises';
import { SealingError } from '../../../lib/sealing.ts';
import type { Fetch } from '../guarded-request.ts';
import { costMicros, estimateTokens, type ModelChoice } from '../model-access.ts';
import { type AnswerFilter, createAnswerFilter } from './answer-filter.ts';
import type { Engine, EngineAnswer, ModelUse, Question, Sink } from './engine.ts';
import { buildPrompt, noAnswer, type Prompt, promptVersion } from './llm-prompt.ts';
import { ModelFault, type ModelTimes, streamModel } from './model-stream.ts';

export interface LlmDeps {
  /** Undefined when there is no model. @throws SealingError */
  modelFor(question: Question): Promise<ModelChoice | undefined>;
  /** What the question's client has spent this month, in millionths. */
  spent(question: Question): Promise<number>;
  /** Adds to what the client has spent. */
  spend(question: Question, use: ModelUse): Promise<void>;
  /** How the endpoint of this model is reached. */
  fetchFor(choice: ModelChoice): Fetch;
  times?: Partial<ModelTimes & { retryMs: number }>;
}

export const modelTimes: ModelTimes & { retryMs: number } = {
  silenceMs: 20_000,
  totalMs: 90_000,
  afterEndMs: 1_500,
  /** Before the first repetition; twice as long before the second. */
  retryMs: 500,
};
const triesMax = 3;
const retryAfterMaxMs = 10_000;

/** Answers with a model behind an OpenAI-compatible endpoint, from the passages it is shown. */
export function createLlmEngine(deps: LlmDeps): Engine {
  const times = { ...modelTimes, ...deps.times };
  return {
    async answer(question, sink, signal) {
      signal.throwIfAborted();
      const ready = await readiness(question, deps).catch((error: unknown) => unreadable(error));
      signal.throwIfAborted();
      if ('kind' in ready) return ready;
      const { choice } = ready;

      let lean = false;
      for (let tries = 1; ; tries += 1) {
        const prompt = buildPrompt(question, { lean });
        const result = await askOnce(prompt, { question, choice, sink, signal });
        if (result.use) await deps.spend(question, result.use).catch(() => undefined);
        signal.throwIfAborted();
        if (!(result.fault && tries < triesMax)) return result.answer;
        const { again, retryAfterMs } = result.fault;
        if (again === 'no' || (again === 'shorter' && lean) || (retryAfterMs ?? 0) > retryAfterMaxMs)
          return result.answer;
        if (again === 'shorter') lean = true;
        else await wait(retryAfterMs ?? times.retryMs * 2 ** (tries - 1), undefined, { signal }).catch(() => undefined);
        signal.throwIfAborted();
      }
    },
  };

  interface Asking {
    question: Question;
    choice: ModelChoice;
    sink: Sink;
    signal: AbortSignal;
  }
  /** `fault` is there while asking again could help: nothing was shown yet. */
  type Result = { answer: EngineAnswer; use?: ModelUse; fault?: ModelFault };

  async function askOnce(prompt: Prompt, { question, choice, sink, signal }: Asking): Promise<Result> {
    const filter = createAnswerFilter({ secrets: prompt.secrets, boundary: prompt.boundary, noAnswer });
    let shown = false;
    const request = {
      choice,
      messages: prompt.messages,
      temperature: question.widget.engineSettings.temperature,
      fetch: deps.fetchFor(choice),
      times,
    };
    const onText = (delta: string): boolean => {
      const piece = filter.push(delta);
      if (piece !== '') {
        shown = true;
        sink.text(piece);
      }
      return !filter.echoes;
    };
    try {
      const { finish, model, usage } = await streamModel(request, onText, signal);
      const tokens = usage ?? estimateOf(prompt, filter);
      const use = { model: model ?? choice.model, promptVersion, ...tokens, costMicros: costMicros(tokens, choice) };
      return { answer: { ...judge(filter, finish, prompt.passages), use }, use };
    } catch (error) {
      if (!(error instanceof ModelFault)) {
        if (signal.aborted) throw signal.reason;
        return { answer: { kind: 'failed', reason: 'The model could not be asked.' } };
      }
      const tokens = filter.length === 0 ? undefined : estimateOf(prompt, filter);
      const use = tokens && { model: choice.model, promptVersion, ...tokens, costMicros: costMicros(tokens, choice) };
      const answer: EngineAnswer = { kind: 'failed', reason: error.message, use };
      return { answer, ...(use && { use }), ...(!shown && { fault: error }) };
    }
  }
}

async function readiness(question: Question, deps: LlmDeps): Promise<{ choice: ModelChoice } | EngineAnswer> {
  const choice = await deps.modelFor(question);
  if (!choice) return failed('There is no model: enter one in the settings, or set LLM_MODEL.');
  const { monthlyCapMicros: cap } = choice;
  if (cap !== null && (await deps.spent(question)) >= cap)
    return failed('This month’s budget for the model is used up.');
  return { choice };
}

function unreadable(error: unknown): EngineAnswer {
  const isKey = error instanceof SealingError;
  return failed(
    isKey
      ? 'The stored key of the model cannot be opened any more: enter it again.'
      : 'The model’s settings could not be read.',
  );
}

const failed = (reason: string): Extract<EngineAnswer, { kind: 'failed' }> => ({ kind: 'failed', reason });

function estimateOf({ messages }: Prompt, filter: AnswerFilter): { tokensIn: number; tokensOut: number } {
  const tokensIn = messages.reduce((sum, { content }) => sum + estimateTokens(content) + 4, 0);
  return { tokensIn, tokensOut: Math.ceil(filter.length / 4) };
}

function judge(
  filter: AnswerFilter,
  finish: string | null,
  passages: number,
): Exclude<EngineAnswer, { kind: 'later' }> {
  if (filter.echoes) return failed('The model began to repeat its instructions; its answer was dropped.');
  if (finish === 'content_filter') return failed('The model’s endpoint held the answer back (content filter).');
  const end = filter.finish();
  if (end.kind === 'unknown') return { kind: 'unknown' };
  if (end.kind === 'nothing') {
    return failed(
      finish === 'tool_calls' ? 'The model asked for a tool; there are none.' : 'The model answered nothing.',
    );
  }
  if (finish === null) return failed('The answer of the model broke off before its end.');
  const { text, citations } = keepCitations(finish === 'length' ? upToSentence(end.text) : end.text, passages);
  return { kind: 'answered', text, citations };
}

/** Marks of passages that were not there are taken out. */
function keepCitations(text: string, passages: number): { text: string; citations: number[] } {
  const citations = new Set<number>();
  const kept = text.replace(/\s?\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\](?!\()/g, (mark, list: string) => {
    const numbers = list.split(/[,;]/).map(Number);
    const good = numbers.filter((number) => number >= 1 && number <= passages);
    for (const number of good) citations.add(number);
    const blank = /^\s/.test(mark) ? mark.slice(0, 1) : '';
    return good.length === 0 ? '' : blank + good.map((number) => `[${number}]`).join('');
  });
  return { text: kept, citations: [...citations] };
}

/** Of an answer that was cut at a length: its whole sentences, when it has any. */
function upToSentence(text: string): string {
  const end = [...text.matchAll(/[.!?。！？؟](\s*\[\d+\])*(?=\s|$)/gu)].at(-1);
  return end ? text.slice(0, end.index + end[0].length) : `${text}…`;
}
