import { Bot, CheckCheck, CircleAlert, Clock } from 'lucide-react';
import { memo, useMemo } from 'react';
import type { MessageView } from '../../../../../shared/contracts/conversations.ts';
import { clockTime, fullTime } from '../../lib/dates.ts';
import { Button } from '../../ui/Button.tsx';
import { cx } from '../../ui/cx.ts';
import { Markdown } from '../../ui/Markdown.tsx';
import { AnswerFoot, SourceLink } from '../answers/AnswerFoot.tsx';
import { answerFactsOf } from '../answers/answer-facts.ts';
import { Attachments } from './Attachments.tsx';
import { Bubble } from './Bubble.tsx';
import type { OutgoingMessage } from './outbox.ts';

export interface MessageBubbleProps {
  message: MessageView;
  /** Whether it follows right after another one of the same person. */
  continues: boolean;
  isMine: boolean;
  /** Marks the last message the visitor has seen. */
  isSeen: boolean;
  visitorName: string;
  /** Asks how an answer of the assistant came about. */
  onWhy: (messageId: string) => void;
}

/** One stored message: the visitor on the left, the own side on the right, the system in the middle. */
export const MessageBubble = memo(function MessageBubble(props: MessageBubbleProps) {
  const { message, continues, isMine, isSeen, visitorName, onWhy } = props;
  const facts = useMemo(() => answerFactsOf(message), [message]);
  if (message.role === 'system') {
    return (
      <div className="my-2 flex items-baseline justify-center gap-2 text-center text-muted text-xs">
        <Markdown text={message.content} /> <Time iso={message.createdAt} />
      </div>
    );
  }
  const isOurs = message.role !== 'user';
  const author =
    message.role === 'user'
      ? visitorName
      : message.role === 'assistant'
        ? 'Assistant'
        : isMine
          ? 'You'
          : (message.authorName ?? 'Agent');
  return (
    <article
      aria-label={`${author}, ${clockTime(message.createdAt)}`}
      className={cx('flex flex-col', continues ? 'mt-0.5' : 'mt-3', isOurs ? 'items-end' : 'items-start')}
    >
      {!continues && (
        <p className="mb-0.5 flex items-center gap-1.5 px-1 text-muted text-xs">
          {message.role === 'assistant' && <Bot size={13} aria-hidden />}
          <span className="font-medium">{author}</span>
          <Time iso={message.createdAt} />
        </p>
      )}
      {message.content !== '' && (
        <Bubble
          look={message.role === 'user' ? 'visitor' : message.role === 'assistant' ? 'assistant' : 'agent'}
          title={fullTime(message.createdAt)}
        >
          <Markdown
            text={message.content}
            {...(facts && {
              cite: (number) =>
                facts.citations.some((citation) => citation.number === number) && (
                  <SourceLink
                    message={message}
                    number={number}
                    className="align-super text-2xs text-accent-fg underline-offset-2 hover:underline"
                  >
                    [{number}]
                  </SourceLink>
                ),
            })}
          />
        </Bubble>
      )}
      <Attachments attachments={message.attachments} isOurs={isOurs} />
      {facts && <AnswerFoot message={message} facts={facts} onWhy={() => onWhy(message.id)} />}
      {isSeen && (
        <p className="mt-0.5 flex items-center gap-1 px-1 text-2xs text-muted">
          <CheckCheck size={13} aria-hidden /> Seen
        </p>
      )}
    </article>
  );
});

/** An answer that is not acknowledged yet. */
export function OutgoingBubble(props: { message: OutgoingMessage; onRetry: () => void; onDiscard: () => void }) {
  const { message, onRetry, onDiscard } = props;
  const isFailed = message.state === 'failed';
  return (
    <article aria-label="You, being sent" className="mt-0.5 flex flex-col items-end">
      {message.content !== '' && (
        <Bubble look={isFailed ? 'failed' : 'agent'} isFaint={!isFailed}>
          <Markdown text={message.content} />
        </Bubble>
      )}
      <Attachments attachments={message.attachments} isOurs />
      {isFailed ? (
        <div role="alert" className="mt-1 flex flex-wrap items-center justify-end gap-2 text-danger-fg text-xs">
          <span className="flex items-center gap-1">
            <CircleAlert size={13} aria-hidden /> Not sent. {message.reason}
          </span>
          <Button size="small" onPress={onRetry}>
            Try again
          </Button>
          <Button size="small" look="quiet" onPress={onDiscard}>
            Discard
          </Button>
        </div>
      ) : (
        <p className="mt-0.5 flex items-center gap-1 px-1 text-2xs text-muted">
          <Clock size={12} aria-hidden />
          {message.attempts === 0 ? 'Sending…' : 'No answer yet, trying again…'}
        </p>
      )}
    </article>
  );
}

function Time({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} title={fullTime(iso)} className="tabular-nums">
      {clockTime(iso)}
    </time>
  );
}
