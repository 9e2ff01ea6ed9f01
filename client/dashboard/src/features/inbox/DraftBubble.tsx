import { Bot } from 'lucide-react';
import { Markdown } from '../../ui/Markdown.tsx';
import type { AnswerDraft } from './answer-draft.ts';
import { Bubble } from './Bubble.tsx';

/** What the assistant is writing, until its message takes the place. */
export function DraftBubble({ draft }: { draft: AnswerDraft | null }) {
  return (
    <div>
      <p role="status" className="sr-only">
        {draft && 'The assistant is writing an answer.'}
      </p>
      {draft && (
        <article aria-label="Assistant, writing" className="mt-3 flex flex-col items-end">
          <p className="mb-0.5 flex items-center gap-1.5 px-1 text-muted text-xs">
            <Bot size={13} aria-hidden />
            <span className="font-medium">Assistant</span>
            {draft.text === '' ? 'looks it up…' : 'is writing…'}
          </p>
          <Bubble look="assistant">
            {draft.text === '' ? (
              <span aria-hidden className="flex h-5 items-center gap-1">
                <span className="size-1.5 animate-pulse rounded-full bg-muted" />
                <span className="size-1.5 animate-pulse rounded-full bg-muted [animation-delay:200ms]" />
                <span className="size-1.5 animate-pulse rounded-full bg-muted [animation-delay:400ms]" />
              </span>
            ) : (
              <Markdown text={draft.text} />
            )}
          </Bubble>
        </article>
      )}
    </div>
  );
}
