import type { DocumentView } from '../../../../../shared/contracts/knowledge.ts';
import type { DocumentStatus } from '../../../../../shared/knowledge-vocabulary.ts';
import type { BadgeTone } from '../../ui/Badge.tsx';

export const documentStatusLabels: Record<DocumentStatus, { label: string; tone: BadgeTone }> = {
  queued: { label: 'Waiting', tone: 'neutral' },
  fetching: { label: 'Fetching', tone: 'note' },
  extracting: { label: 'Reading', tone: 'note' },
  chunking: { label: 'Cutting', tone: 'note' },
  indexing: { label: 'Indexing', tone: 'note' },
  ready: { label: 'Ready', tone: 'success' },
  failed: { label: 'Failed', tone: 'danger' },
};

/** What happens at a step, for who wants to know. */
export const stepSentences: Record<DocumentStatus, string> = {
  queued: 'Waiting for its turn.',
  fetching: 'Getting the file or the pages.',
  extracting: 'Reading the text out of it.',
  chunking: 'Cutting the text into passages.',
  indexing: 'Making the passages findable.',
  ready: 'Read, and used in answers.',
  failed: 'It could not be read.',
};

export function isBeingRead({ status }: Pick<DocumentView, 'status'>): boolean {
  return status !== 'ready' && status !== 'failed';
}

/** Where the steps begin and end in the whole, in per cent. */
const shares: Record<DocumentStatus, [from: number, to: number]> = {
  queued: [0, 0],
  fetching: [0, 30],
  extracting: [30, 75],
  chunking: [75, 90],
  indexing: [90, 100],
  ready: [100, 100],
  failed: [0, 0],
};

/** How far the reading is as a whole, in per cent, from the step and how far that is. It never goes back. */
export function percentOf({ status, progress }: Pick<DocumentView, 'status' | 'progress'>): number {
  const [from, to] = shares[status];
  return Math.round(from + ((to - from) * progress) / 1_000);
}
