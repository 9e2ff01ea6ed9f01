import type { CitationView, VisitorMessageView } from '../../../shared/contracts/visitor.ts';
import type { UsedPassage } from '../../../shared/knowledge-vocabulary.ts';
import type { JsonObject, Message } from '../../../shared/schema.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { answersKey, answerToKey, offersPersonKey } from './thread.ts';

const quoteCharsMax = 300;
const titleCharsMax = 300;
const citationsMax = 20;

/** What visitors may know of the passages that an answer cites; it is kept with the message. */
export function citationsOf(passages: readonly UsedPassage[]): CitationView[] {
  return passages
    .filter(({ cited }) => cited)
    .slice(0, citationsMax)
    .map(({ number, titlePath, documentName, page, url, text }) => ({
      number,
      title: (titlePath.length > 0 ? titlePath.join(' › ') : documentName).slice(0, titleCharsMax),
      page,
      url: url !== null && isWebAddress(url) ? url : null,
      quote: shortened(text),
    }));
}

/** What a message says of how it came about; undefined for whatever is no answer of the assistant's. */
export function presentAnswer({ role, metadata }: Message): VisitorMessageView['answer'] {
  if (role !== 'assistant') return undefined;
  const isOwn = typeof metadata[answerToKey] === 'string';
  const citations = Array.isArray(metadata.citations) ? metadata.citations.flatMap(readCitation) : [];
  if (!isOwn && citations.length === 0) return undefined;
  const canBeRated = isOwn && (metadata[answersKey] === true || citations.length > 0);
  return {
    citations: citations.slice(0, citationsMax),
    offersPerson: metadata[offersPersonKey] === true,
    ...(canBeRated && { rating: null }),
  };
}

/** Messages as their visitor sees them, with what the visitor thought of the answers among them. */
export async function withRatings(
  { receipts }: Pick<ClientStorage, 'receipts'>,
  messages: VisitorMessageView[],
): Promise<VisitorMessageView[]> {
  const rateable = messages.filter(({ answer }) => answer?.rating !== undefined).map(({ id }) => id);
  if (rateable.length === 0) return messages;
  const ratings = new Map((await receipts.ratings(rateable)).map((one) => [one.answerMessageId, one.rating]));
  return messages.map((message) => {
    const rating = ratings.get(message.id);
    return message.answer && rating ? { ...message, answer: { ...message.answer, rating } } : message;
  });
}

/** Programs may cite as well, so the form of what they wrote is not certain. */
function readCitation(value: unknown): CitationView[] {
  const { number, title, page, url, quote } = (value ?? {}) as JsonObject;
  if (typeof number !== 'number' || !Number.isInteger(number) || typeof title !== 'string') return [];
  return [
    {
      number,
      title: title.slice(0, titleCharsMax),
      page: typeof page === 'number' && Number.isInteger(page) ? page : null,
      url: typeof url === 'string' && isWebAddress(url) ? url : null,
      quote: typeof quote === 'string' ? shortened(quote) : '',
    },
  ];
}

function isWebAddress(url: string): boolean {
  return url.length <= 2_000 && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function shortened(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  if (flat.length <= quoteCharsMax) return flat;
  const cut = flat.slice(0, quoteCharsMax - 1);
  const blank = cut.lastIndexOf(' ');
  const end = blank > quoteCharsMax / 2 ? blank : cut.length;
  // Not between the halves of a character.
  return `${cut.slice(0, end).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
