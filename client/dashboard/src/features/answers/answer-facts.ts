import type { MessageView } from '../../../../../shared/contracts/conversations.ts';
import { type AnswerEngine, answerEngines } from '../../../../../shared/knowledge-vocabulary.ts';

/** What an answer cites, as far as it is told with the message. */
export interface Citation {
  number: number;
  title: string;
  page: number | null;
  url: string | null;
  quote: string;
}

/** What a message of the assistant says of how it came about. */
export interface AnswerFacts {
  citations: readonly Citation[];
  engine: AnswerEngine | null;
  model: string | null;
}

/** Reads it from the message's metadata, in which programs may have put anything; null for what is no answer. */
export function answerFactsOf({ role, metadata }: Pick<MessageView, 'role' | 'metadata'>): AnswerFacts | null {
  if (role !== 'assistant') return null;
  const citations = Array.isArray(metadata.citations) ? metadata.citations.flatMap(readCitation) : [];
  return {
    citations,
    engine: answerEngines.find((engine) => engine === metadata.engine) ?? null,
    model: typeof metadata.model === 'string' ? metadata.model : null,
  };
}

function readCitation(value: unknown): Citation[] {
  const { number, title, page, url, quote } = (value ?? {}) as Record<string, unknown>;
  if (typeof number !== 'number' || typeof title !== 'string') return [];
  return [
    {
      number,
      title,
      page: typeof page === 'number' ? page : null,
      url: typeof url === 'string' && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : null,
      quote: typeof quote === 'string' ? quote : '',
    },
  ];
}
