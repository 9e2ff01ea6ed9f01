import type { MessageView } from '../../../../../shared/contracts/conversations.ts';
import type { AnswerProgress } from '../../../../../shared/socket-events.ts';

/** What the assistant has written of an answer so far; an empty text while it looks things up. */
export interface AnswerDraft {
  questionMessageId: string;
  text: string;
}

/** The draft after a piece of news about it; pieces may be missed, and come again with the whole. */
export function withProgress(draft: AnswerDraft | null, progress: AnswerProgress): AnswerDraft | null {
  const { questionMessageId, phase, offset, text } = progress;
  const isSame = draft?.questionMessageId === questionMessageId;
  if (phase === 'ended') return isSame ? null : draft;
  const written = isSame ? draft.text : '';
  if (phase === 'thinking') return isSame && written === '' ? draft : { questionMessageId, text: '' };
  // Beyond a missing piece nothing can be shown; the whole comes again.
  if (offset > written.length) return isSame ? draft : { questionMessageId, text: '' };
  return { questionMessageId, text: written.slice(0, offset) + text };
}

/** The draft after a message came: nothing once anybody but the visitor has said something. */
export function afterMessage(draft: AnswerDraft | null, { role }: Pick<MessageView, 'role'>): AnswerDraft | null {
  return role === 'user' ? draft : null;
}
