import type { UsedPassage } from '../../shared/knowledge-vocabulary.ts';
import type { JsonObject } from '../../shared/schema.ts';

/**
 * The passages of an answer without the text of those of the document that hold one of the texts, and their numbers.
 * Undefined when there is none.
 */
export function withoutQuotations(
  passages: readonly UsedPassage[],
  documentId: string,
  texts: readonly string[],
): { passages: UsedPassage[]; numbers: number[] } | undefined {
  const quotes = (passage: UsedPassage) =>
    passage.documentId === documentId &&
    texts.some((text) => [passage.text, ...passage.titlePath].some((place) => place.includes(text)));
  const numbers = passages.filter(quotes).map(({ number }) => number);
  if (numbers.length === 0) return undefined;
  return { passages: passages.map((one) => (quotes(one) ? { ...one, text: '', titlePath: [] } : one)), numbers };
}

/** What a webhook was told of the message, without the words of the citations of these numbers; undefined: not of it. */
export function withoutTold(
  payload: JsonObject | null,
  messageId: string,
  numbers: readonly number[],
): JsonObject | undefined {
  const message = payload?.message as JsonObject | undefined;
  if (message?.id !== messageId) return undefined;
  return { ...payload, message: { ...message, metadata: withoutCited(message.metadata as JsonObject, numbers) } };
}

/** The metadata of an answer's message without the words of the citations of these numbers. */
export function withoutCited(metadata: JsonObject, numbers: readonly number[]): JsonObject {
  if (!Array.isArray(metadata.citations)) return metadata;
  const citations = metadata.citations.map((citation) => {
    const { number } = (citation ?? {}) as JsonObject;
    const isCited = typeof number === 'number' && numbers.includes(number);
    return isCited ? { ...(citation as JsonObject), title: '', quote: '' } : citation;
  });
  return { ...metadata, citations };
}
