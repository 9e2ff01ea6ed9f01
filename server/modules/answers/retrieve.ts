import { knownFrom } from '../../../shared/knowledge-vocabulary.ts';
import type { Widget } from '../../../shared/schema.ts';
import type { Embedder } from '../../lib/embeddings.ts';
import type { PassageResults } from '../../storage/repositories/passages.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { analyze } from '../../text/analyze.ts';
import { searchPassages } from '../knowledge/search-passages.ts';
import type { AnswerLanguage } from './answer-language.ts';

const passagesMax = 8;
/** A question with at most so many telling words may only be understood together with the one before. */
const followUpTermsMax = 3;
const searchedCharsMax = 2_000;

interface Asked {
  widget: Widget;
  text: string;
  language: AnswerLanguage;
  /** The visitor's message before this one. */
  before: string | undefined;
}

/** What was found, and the words it was found with. `found` is undefined when the widget answers without documents. */
export interface Retrieved {
  searched: string;
  found: PassageResults | undefined;
}

/** Looks for the passages that answer a question; a short one that finds nothing, again with the words of the one before. */
export async function retrieve(
  own: ClientStorage,
  { widget, text, language, before }: Asked,
  embedder?: Embedder,
): Promise<Retrieved> {
  const searched = text.slice(0, searchedCharsMax);
  const { engine, retrieval } = widget;
  if (engine !== 'knowledge' && !retrieval.enabled) return { searched, found: undefined };
  // What is chosen counts where the switch is on, as in the playground; else all documents answer.
  const isChosen = retrieval.enabled && retrieval.documentIds.length > 0;
  const { sourceDocumentId } = retrieval;
  const ofSource = sourceDocumentId === undefined ? [] : [sourceDocumentId];
  const documentIds = isChosen ? [...retrieval.documentIds, ...ofSource] : undefined;
  const search = (words: string) =>
    searchPassages(own, { text: words, language, documentIds, limit: passagesMax }, embedder);
  const found = await search(searched);
  const isShort = new Set(analyze(searched, language).map(({ position }) => position)).size <= followUpTermsMax;
  if (found.confidence >= knownFrom || !isShort || !before) return { searched, found };
  const together = `${before.slice(0, searchedCharsMax)} ${searched}`;
  const further = await search(together);
  return further.confidence > found.confidence ? { searched: together, found: further } : { searched, found };
}

/** The same for questions that ask alike: their telling words, in no order. */
export function questionKeyOf(text: string, language: string): string {
  const terms = [...new Set(analyze(text, language).map(({ term }) => term))].sort();
  return (terms.length > 0 ? terms.join(' ') : text.trim().toLowerCase()).slice(0, 200);
}
