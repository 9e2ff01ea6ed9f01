import type { AnswerEngine, AnswerOutcome, AnswerStep, UsedPassage } from '../../../shared/knowledge-vocabulary.ts';
import { wordsOnlyText } from '../knowledge/search-passages.ts';
import type { Engine, EngineAnswer, ModelUse, Question } from './engines/engine.ts';
import type { ProgressTeller } from './progress.ts';
import { renumber } from './renumber.ts';
import type { Retrieved } from './retrieve.ts';

export type Engines = Record<AnswerEngine, Engine>;

/** What the engines made of a question. */
export interface ChainResult {
  /** Empty unless answered. */
  text: string;
  outcome: Extract<AnswerOutcome, 'answered' | 'unknown' | 'fallback' | 'failed'>;
  /** The one that answered, or the last that tried. */
  engine: AnswerEngine;
  searched: string;
  confidence: number | null;
  passages: UsedPassage[];
  steps: AnswerStep[];
  use: Omit<ModelUse, 'model' | 'promptVersion'> & { model: string | null; promptVersion: string | null };
}

interface Run {
  engines: Engines;
  /** Without passages yet. */
  question: Question;
  first: AnswerEngine;
  /** Why the first one is not asked at all. */
  firstFailure?: string | undefined;
  retrieve(): Promise<Retrieved>;
  progress: ProgressTeller;
  signal: AbortSignal;
}

/**
 * Asks the widget's engine and, when that fails, the documents alone. `later`: the answer comes another way.
 * @throws the signal's reason when it fires, and whatever storage throws
 */
export async function runChain(run: Run): Promise<ChainResult | 'later'> {
  const { engines, first, firstFailure, progress, signal } = run;
  const steps: AnswerStep[] = [];
  const use: ChainResult['use'] = { model: null, promptVersion: null, tokensIn: 0, tokensOut: 0, costMicros: 0 };
  let retrieved: Retrieved | undefined;
  let question = run.question;

  const ask = async (engine: AnswerEngine): Promise<EngineAnswer> => {
    if (engine !== 'webhook') {
      retrieved ??= await run.retrieve();
      const { found } = retrieved;
      question = { ...question, passages: found?.hits ?? [], confidence: found?.confidence ?? null };
    }
    const started = performance.now();
    const skipped = engine === first ? firstFailure : undefined;
    const answer: EngineAnswer =
      skipped === undefined
        ? await engines[engine].answer(question, progress, signal)
        : { kind: 'failed', reason: skipped };
    const failure = answer.kind === 'failed' ? answer.reason : null;
    const note = engine !== 'webhook' && retrieved?.found && wordsOnlyText(retrieved.found);
    steps.push({ engine, durationMs: Math.round(performance.now() - started), failure, ...(note && { note }) });
    if ('use' in answer && answer.use) {
      use.model = answer.use.model;
      use.promptVersion = answer.use.promptVersion;
      use.tokensIn += answer.use.tokensIn;
      use.tokensOut += answer.use.tokensOut;
      use.costMicros += answer.use.costMicros;
    }
    return answer;
  };

  let engine = first;
  let answer = await ask(first);
  if (answer.kind === 'later') return 'later';
  const hasFailed = answer.kind === 'failed';
  if (hasFailed && first !== 'knowledge') {
    progress.think();
    engine = 'knowledge';
    answer = await ask('knowledge');
  }
  const isAnswered = answer.kind === 'answered';
  const { text, citations } = answer.kind === 'answered' ? answer : { text: '', citations: [] };
  const numbered = renumber(text, citations);
  return {
    text: numbered.text,
    outcome: isAnswered ? (hasFailed ? 'fallback' : 'answered') : hasFailed ? 'failed' : 'unknown',
    engine,
    searched: retrieved?.searched ?? question.text,
    confidence: question.confidence,
    passages: usedPassages(question, numbered),
    steps,
    use,
  };
}

/** Those that are cited under the numbers of the text, the others after them. */
function usedPassages({ passages }: Question, { numberOf, count }: ReturnType<typeof renumber>): UsedPassage[] {
  let next = count;
  return passages
    .map(({ chunk, documentName, score }, index) => {
      const number = numberOf(index + 1);
      return {
        number: number ?? ++next,
        chunkId: chunk.id,
        documentId: chunk.documentId,
        documentName,
        titlePath: chunk.titlePath,
        page: chunk.page,
        url: chunk.url,
        text: chunk.text,
        score,
        cited: number !== undefined,
      };
    })
    .sort((a, b) => a.number - b.number);
}
