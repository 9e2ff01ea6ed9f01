import type { ClientId } from '../../../../shared/ids.ts';
import type { Chunk, Widget } from '../../../../shared/schema.ts';
import { widgetInput } from '../../../storage/conformance/worlds.ts';
import type { PassageHit } from '../../../storage/repositories/passages.ts';
import type { Question } from './engine.ts';

const at = new Date(Date.UTC(2026, 0, 15));
export const someId = (n: number): string => `019b0000-0000-7abc-8def-${String(n).padStart(12, '0')}`;

export function widgetOf(more: Partial<Widget> = {}): Widget {
  return {
    ...widgetInput(),
    clientId: someId(1) as ClientId,
    id: someId(2),
    statusReason: null,
    activateAt: null,
    activatedAt: at,
    archivedAt: null,
    createdAt: at,
    updatedAt: at,
    ...more,
  };
}

/** A passage that was found by these words of the question, as they are indexed. */
export function hitOf(text: string, more: Partial<Chunk> & { terms?: string[]; score?: number } = {}): PassageHit {
  const { terms = [], score = 10, ...chunk } = more;
  return {
    chunk: {
      clientId: someId(1) as ClientId,
      id: someId(100),
      documentId: someId(50),
      version: 1,
      number: 1,
      partNumber: 1,
      page: null,
      url: null,
      titlePath: ['Guide'],
      start: 0,
      end: text.length,
      text,
      edited: false,
      originalText: null,
      hidden: false,
      ...chunk,
    },
    documentName: 'Guide',
    score,
    matches: terms.map((term) => ({ term, weight: 1, where: 'text' })),
  };
}

export function questionOf(more: Partial<Question> = {}): Question {
  return {
    clientId: someId(1) as ClientId,
    widget: widgetOf(),
    conversationId: someId(10),
    messageId: someId(11),
    text: 'When are you open?',
    language: 'en',
    history: [],
    visitor: undefined,
    passages: [hitOf('We are open from nine to five.', { terms: ['open'] })],
    confidence: 0.9,
    isTrial: false,
    ...more,
  };
}
