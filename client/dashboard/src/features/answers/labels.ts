import type { AnswerEngine, AnswerOutcome, WebhookCallOutcome } from '../../../../../shared/knowledge-vocabulary.ts';
import type { BadgeTone } from '../../ui/Badge.tsx';

export const outcomeLabels: Record<AnswerOutcome, { label: string; tone: BadgeTone; meaning: string }> = {
  answered: {
    label: 'Answered',
    tone: 'success',
    meaning: 'The assistant had an answer.',
  },
  unknown: {
    label: 'Did not know',
    tone: 'warning',
    meaning: 'Nothing it found was sure enough: it said so, and offered a person.',
  },
  fallback: {
    label: 'Stood in',
    tone: 'note',
    meaning: 'The model or workflow did not answer, so your documents did.',
  },
  failed: {
    label: 'No answer',
    tone: 'danger',
    meaning: 'Nothing could answer; a person was called.',
  },
  silent: {
    label: 'Kept quiet',
    tone: 'neutral',
    meaning: 'A person was talking with the visitor already.',
  },
};

export const engineNames: Record<AnswerEngine, string> = {
  knowledge: 'Your documents',
  llm: 'Language model',
  webhook: 'Workflow',
};

export const callOutcomeLabels: Record<WebhookCallOutcome, { label: string; tone: BadgeTone }> = {
  answered: { label: 'Answered', tone: 'success' },
  later: { label: 'Answers later', tone: 'note' },
  failed: { label: 'Failed', tone: 'danger' },
};
