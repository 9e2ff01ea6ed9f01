import type { AnswerProgress } from '../../../shared/socket-events.ts';
import type { Bus } from '../../events/bus.ts';

/** Not heard of for so long, an answer is not being worked on any more. */
const lapseMs = 120_000;
const draftsMax = 10_000;

/** How far answers are that are being written anywhere, for those who come in the middle. */
export interface Drafts {
  /** Undefined when the assistant is not at work on an answer in this thread. */
  of(conversationId: string): AnswerProgress | undefined;
  stop(): void;
}

/** Fed by the bus, so that it knows of the answers of all processes. */
export function keepDrafts(bus: Bus): Drafts {
  const drafts = new Map<string, { progress: AnswerProgress; heardAt: number }>();

  const ends = [
    bus.subscribe('answer.progress', ({ clientId: _, ...step }) => {
      const { conversationId } = step;
      const before = drafts.get(conversationId)?.progress;
      drafts.delete(conversationId);
      const progress = joined(before, step);
      if (progress) drafts.set(conversationId, { progress, heardAt: performance.now() });
      const [eldest] = drafts.keys();
      if (drafts.size > draftsMax && eldest !== undefined) drafts.delete(eldest);
    }),
    bus.subscribe('message.created', ({ message }) => {
      if (message.role !== 'user') drafts.delete(message.conversationId);
    }),
    bus.subscribe('conversation.removed', ({ conversationId }) => drafts.delete(conversationId)),
  ];
  return {
    of(conversationId) {
      const draft = drafts.get(conversationId);
      if (!draft) return undefined;
      if (performance.now() - draft.heardAt <= lapseMs) return draft.progress;
      drafts.delete(conversationId);
      return undefined;
    },
    stop: () => {
      for (const end of ends) end();
    },
  };
}

/** The whole of what is written, in one piece. Where a piece was missed, that something is being written. */
function joined(before: AnswerProgress | undefined, step: AnswerProgress): AnswerProgress | undefined {
  if (step.phase === 'ended') return undefined;
  if (step.offset === 0) return step;
  const isSame = before?.questionMessageId === step.questionMessageId;
  const written = isSame && before.text.length >= step.offset ? before.text.slice(0, step.offset) + step.text : '';
  return { ...step, offset: 0, text: written, phase: written === '' ? 'thinking' : 'writing' };
}
