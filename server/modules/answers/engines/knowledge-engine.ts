import { knownFrom } from '../../../../shared/knowledge-vocabulary.ts';
import { composeAnswer } from './compose-answer.ts';
import type { Engine, Question } from './engine.ts';

interface Given {
  /** Which of these documents are question-and-answer pairs. */
  pairDocuments(question: Question): Promise<ReadonlySet<string>>;
}

/** Answers from the passages alone, without a model: with their own sentences, or not at all. */
export function createKnowledgeEngine({ pairDocuments }: Given): Engine {
  return {
    async answer(question, sink, signal) {
      signal.throwIfAborted();
      const { passages, confidence, language, text: asked } = question;
      if (passages.length === 0 || confidence === null || confidence < knownFrom) return { kind: 'unknown' };
      const pairs = await pairDocuments(question).catch(() => undefined);
      signal.throwIfAborted();
      if (!pairs) return { kind: 'failed', reason: 'The documents could not be read.' };
      const isPair = (hit: (typeof passages)[number]) => pairs.has(hit.chunk.documentId);
      const { text, citations } = composeAnswer({ text: asked, language, hits: passages, isPair });
      if (text === '') return { kind: 'unknown' };
      sink.text(text);
      return { kind: 'answered', text, citations };
    },
  };
}
