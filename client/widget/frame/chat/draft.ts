import type { AnswerProgress } from '../../../../shared/socket-events.ts';

/** An answer that is not heard of for so long is not being written any more. */
const lapseMs = 120_000;

export interface Draft {
  /** How far the assistant is by now. */
  step(step: AnswerProgress): void;
  /**
   * What is true after a reconnect. Undefined: no answer is being written; what was written goes once `isCaughtUp`, so
   * that its message can take its place.
   */
  resume(answer: AnswerProgress | undefined, isCaughtUp: Promise<void>): void;
  /** The answer is there: nothing more of it is shown. The caller takes it off the screen together with that. */
  end(): void;
}

/** What is held of an answer after `step`: its text from the beginning; null when there is nothing to be shown. */
export function nextDraft(held: AnswerProgress | null, step: AnswerProgress): AnswerProgress | null {
  const isSame = held?.questionMessageId === step.questionMessageId;
  if (step.phase === 'ended') return isSame ? null : held;
  const written = isSame ? held.text : '';
  // A piece was missed: one that begins at 0 follows.
  const text = written.length < step.offset ? written : written.slice(0, step.offset) + step.text;
  return { ...step, offset: 0, text };
}

/** Keeps the answer that is being written. However many pieces come, it is shown once per frame of the screen. */
export function createDraft(show: (draft: AnswerProgress | null) => void): Draft {
  let held: AnswerProgress | null = null;
  /** The question that has been answered last: pieces may come after its answer. */
  let answered = '';
  let isDue = false;
  let timer: ReturnType<typeof setTimeout>;

  const put = (next: AnswerProgress | null) => {
    held = next;
    clearTimeout(timer);
    if (next) timer = setTimeout(() => put(null), lapseMs);
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      show(held);
    });
  };
  const step = (next: AnswerProgress) => {
    if (next.questionMessageId !== answered) put(nextDraft(held, next));
  };

  return {
    step,
    resume(answer, isCaughtUp) {
      const before = held;
      if (answer) step(answer);
      else void isCaughtUp.then(() => before && held === before && put(null));
    },
    end() {
      if (held) answered = held.questionMessageId;
      held = null;
      clearTimeout(timer);
    },
  };
}
