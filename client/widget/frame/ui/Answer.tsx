import { useState } from 'preact/hooks';
import type { CitationView } from '../../../../shared/contracts/visitor.ts';
import type { Helpfulness } from '../chat/types.ts';
import { safeHref } from '../markdown/parse.ts';
import { fill } from '../texts/load.ts';
import { useShell } from './shell.ts';
import { sourceHref } from './source-href.ts';

const ratings = [1, -1] as const;
const idOf = (messageId: string, { number }: CitationView) => `${messageId}-${number}`;

/** A mark such as [1] in an answer: leads to the source below it, and opens its passage. */
export function Mark({ messageId, source }: { messageId: string; source: CitationView }) {
  const id = idOf(messageId, source);
  return (
    <a
      class="mark"
      href={`#${id}`}
      title={source.title}
      onClick={(event) => {
        // Following it would add a step to the history of the page around.
        event.preventDefault();
        const entry = document.getElementById(id);
        const details = entry?.querySelector('details');
        if (details) details.open = true;
        entry?.querySelector<HTMLElement>('a, summary')?.focus();
      }}
    >
      [{source.number}]
    </a>
  );
}

/** What an answer was made of. */
export function Sources({ messageId, sources }: { messageId: string; sources: readonly CitationView[] }) {
  const { texts } = useShell();
  return (
    <ol class="sources" aria-label={texts.sources}>
      {sources.map((source) => {
        const { number, title, page, url, quote } = source;
        const name = (
          <>
            <bdi>{title}</bdi>
            {page && ` (${fill(texts.page, page)})`}
          </>
        );
        return (
          <li key={number} value={number} id={idOf(messageId, source)}>
            {url && safeHref(url) ? (
              <a href={sourceHref({ url, page, quote })} title={quote} target="_blank" rel="noopener noreferrer">
                {name}
              </a>
            ) : quote ? (
              <details>
                <summary>{name}</summary>
                <blockquote dir="auto">{quote}</blockquote>
              </details>
            ) : (
              name
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** Whether the answer helped; pressing again takes it back. */
export function Helpful({ messageId, helped }: { messageId: string; helped: Helpfulness | undefined }) {
  const { texts, chat } = useShell();
  const [isFailed, setIsFailed] = useState(false);
  return (
    // Not read out with every answer.
    <div class="suggestions helpful" aria-live="off">
      {ratings.map((value) => (
        <button
          key={value}
          type="button"
          aria-pressed={helped === value}
          onClick={() =>
            chat.rateAnswer(messageId, helped === value ? null : value).then(
              () => setIsFailed(false),
              () => setIsFailed(true),
            )
          }
        >
          {value > 0 ? texts.helpful : texts.unhelpful}
        </button>
      ))}
      {isFailed && (
        <span class="fault" role="alert">
          {texts.refused}
        </span>
      )}
    </div>
  );
}
