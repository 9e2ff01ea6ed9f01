import { useEffect, useRef, useState } from 'preact/hooks';
import type { Rating } from '../chat/types.ts';
import { fill } from '../texts/load.ts';
import { useShell } from './shell.ts';

const scores = [1, 2, 3, 4, 5];
/** As the server's contract has it. */
const commentCharsMax = 2000;

/** How the closed conversation was, thanks for saying so, and the way to say otherwise. */
export function RatingForm({ rating }: { rating: Rating | null }) {
  const { texts, chat } = useShell();
  const [isChanging, setIsChanging] = useState(false);
  const [score, setScore] = useState(rating?.score ?? 0);
  const [comment, setComment] = useState(rating?.comment ?? '');
  const [state, setState] = useState<'' | 'busy' | 'failed'>('');
  const thanks = useRef<HTMLButtonElement>(null);
  const isDone = !!rating && !isChanging;
  const wasDone = useRef(isDone);
  useEffect(() => {
    // The button that was pressed is gone.
    if (isDone && !wasDone.current) thanks.current?.focus();
    wasDone.current = isDone;
  }, [isDone]);

  if (isDone) {
    return (
      <div class="rating">
        <p role="status">
          {texts.thanks} <span class="unseen">{fill(texts.score, rating.score)}</span>
        </p>
        <p class="stars" aria-hidden="true">
          {'★'.repeat(rating.score)}
        </p>
        <button ref={thanks} type="button" class="link" onClick={() => setIsChanging(true)}>
          {texts.changeRating}
        </button>
      </div>
    );
  }
  const submit = async () => {
    setState('busy');
    try {
      await chat.rate({ score, comment: comment.trim() });
      setState('');
      setIsChanging(false);
    } catch {
      setState('failed');
    }
  };
  return (
    <form
      class="rating"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <fieldset class="stars">
        <legend>{texts.rate}</legend>
        {scores.map((value) => (
          <label key={value} class={value <= score ? 'on' : ''} title={fill(texts.score, value)}>
            <input
              type="radio"
              name="score"
              class="unseen"
              aria-label={fill(texts.score, value)}
              checked={value === score}
              onChange={() => setScore(value)}
            />
            <span aria-hidden="true">{value <= score ? '★' : '☆'}</span>
          </label>
        ))}
      </fieldset>
      {score > 0 && (
        <>
          <label class="field">
            {texts.comment}
            <textarea
              rows={2}
              dir="auto"
              maxLength={commentCharsMax}
              value={comment}
              onInput={({ currentTarget: { value } }) => setComment(value)}
            />
          </label>
          <button type="submit" class="primary" disabled={state === 'busy'}>
            {texts.sendRating}
          </button>
        </>
      )}
      {state === 'failed' && (
        <p class="fault" role="alert">
          {texts.refused}
        </p>
      )}
    </form>
  );
}
