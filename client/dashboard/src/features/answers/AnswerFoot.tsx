import { Link } from '@tanstack/react-router';
import { CircleHelp, ExternalLink } from 'lucide-react';
import type { MessageView } from '../../../../../shared/contracts/conversations.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import type { AnswerFacts, Citation } from './answer-facts.ts';
import { engineNames } from './labels.ts';

/** What stands under an answer of the assistant: its sources, what wrote it, and the way to why. */
export function AnswerFoot(props: { message: MessageView; facts: AnswerFacts; onWhy: () => void }) {
  const { message, facts, onWhy } = props;
  return (
    <div className="mt-1 flex max-w-[min(36rem,88%)] flex-col items-end gap-1">
      {facts.citations.length > 0 && (
        <ol aria-label="Sources" className="flex flex-wrap justify-end gap-1.5">
          {facts.citations.map((citation) => (
            <Source key={citation.number} message={message} citation={citation} />
          ))}
        </ol>
      )}
      <p className="flex flex-wrap items-center justify-end gap-1.5">
        {facts.engine !== null && (
          <Badge>
            {engineNames[facts.engine]}
            {facts.model !== null && <span className="font-mono"> · {facts.model}</span>}
          </Badge>
        )}
        <Button size="small" look="quiet" className="h-6 px-1.5" onPress={onWhy}>
          <CircleHelp size={13} aria-hidden /> Why?
        </Button>
      </p>
    </div>
  );
}

function Source({ message, citation }: { message: MessageView; citation: Citation }) {
  const { number, title, page, url, quote } = citation;
  return (
    <li className="flex min-w-0 max-w-full items-center gap-1 rounded-lg border border-line bg-surface px-2 py-0.5 text-xs">
      <SourceLink
        message={message}
        number={number}
        title={quote}
        className="flex min-w-0 items-baseline gap-1.5 text-accent-fg underline-offset-2 hover:underline"
      >
        <span className="tabular-nums">[{number}]</span>
        <span dir="auto" className="min-w-0 truncate">
          {title}
        </span>
        {page !== null && <span className="shrink-0 text-muted">page {page}</span>}
      </SourceLink>
      {url !== null && (
        <a
          href={url}
          target="_blank"
          rel="noreferrer noopener nofollow"
          aria-label={`Open ${new URL(url).host} in a new tab`}
          className="shrink-0 rounded p-0.5 text-muted hover:text-fg"
        >
          <ExternalLink size={12} aria-hidden />
        </a>
      )}
    </li>
  );
}

/** Leads to the passage that an answer cites, which its receipt names. */
export function SourceLink(props: {
  message: Pick<MessageView, 'id' | 'conversationId'>;
  number: number;
  children: React.ReactNode;
  title?: string;
  className?: string;
}) {
  const { message, number, children, title, className } = props;
  const { clientId } = useCurrentClient();
  return (
    <Link
      to="/c/$clientId/answers/$conversationId/$messageId/$number"
      params={{ clientId, conversationId: message.conversationId, messageId: message.id, number: String(number) }}
      {...(title !== undefined && title !== '' && { title })}
      {...(className !== undefined && { className })}
    >
      {children}
    </Link>
  );
}
