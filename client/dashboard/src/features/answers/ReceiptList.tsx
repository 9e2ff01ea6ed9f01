import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheckBig, MessagesSquare } from 'lucide-react';
import type { ReceiptView } from '../../../../../shared/contracts/answers.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { fullTime, shortTime } from '../../lib/dates.ts';
import { itemsOf } from '../../lib/paging.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { messageHash } from '../inbox/use-jump.ts';
import { PagedList } from '../settings/ListParts.tsx';
import { percentText } from './figures.ts';
import { engineNames, outcomeLabels } from './labels.ts';
import { isPastTheWorst, needsAttention } from './needs-attention.ts';
import { plainAnswer } from './plain-answer.ts';
import { type ReceiptFilter, type ReceiptPlace, receiptsQuery } from './queries.ts';
import { RatingText } from './ReceiptFacts.tsx';

interface ReceiptListProps extends ReceiptFilter {
  onWhy: (place: ReceiptPlace) => void;
}

/** The answers of the assistant, newest or worst first. */
export function ReceiptList({ onWhy, ...filter }: ReceiptListProps) {
  const { clientId } = useCurrentClient();
  const query = useInfiniteQuery(receiptsQuery(clientId, filter));
  const isWorst = filter.order === 'worst';
  const read = itemsOf(query.data);
  const items = isWorst ? read.filter(needsAttention) : read;
  const isAtEnd = isWorst && read.length > 0 && isPastTheWorst(read.at(-1)!);
  return (
    <div className="flex flex-col gap-4">
      <p className="text-muted text-xs">
        {isWorst
          ? 'What visitors rated bad comes first, then what got no answer, then what the assistant was hardly sure of. What you settle leaves the list.'
          : 'Every question that reached the assistant, the newest first.'}
      </p>
      <PagedList
        query={isAtEnd ? { ...query, hasNextPage: false } : query}
        label="Loading the answers"
        isEmpty={items.length === 0 && (isAtEnd || !query.hasNextPage)}
        empty={
          isWorst ? (
            <EmptyState icon={<CircleCheckBig size={22} />} title="Nothing needs you">
              As soon as an answer is rated bad, missing or unsure, it stands here.
            </EmptyState>
          ) : (
            <EmptyState icon={<MessagesSquare size={22} />} title="No questions yet">
              Each question to a widget whose assistant answers appears here, with how its answer came about.
            </EmptyState>
          )
        }
      >
        {items.map((receipt) => (
          <ReceiptRow key={receipt.questionMessageId} receipt={receipt} onWhy={onWhy} />
        ))}
      </PagedList>
    </div>
  );
}

function ReceiptRow({ receipt, onWhy }: { receipt: ReceiptView; onWhy: (place: ReceiptPlace) => void }) {
  const { conversationId, questionMessageId, question, answer, outcome, engine, confidence } = receipt;
  const told = outcomeLabels[outcome];
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-72">
        <p dir="auto" className="line-clamp-2 break-words font-medium">
          {question}
        </p>
        {answer !== '' && (
          <p dir="auto" className="line-clamp-2 break-words text-muted">
            {plainAnswer(answer)}
          </p>
        )}
        <p className="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-muted text-xs">
          <Badge tone={told.tone}>{told.label}</Badge>
          {receipt.reviewedAt !== null && <Badge tone="success">Settled</Badge>}
          {receipt.rating !== null && <RatingText rating={receipt.rating} />}
          {confidence !== null && <span>{percentText(confidence)} sure</span>}
          <span>{engineNames[engine]}</span>
          <time dateTime={receipt.createdAt} title={fullTime(receipt.createdAt)}>
            {shortTime(receipt.createdAt)}
          </time>
        </p>
      </div>
      <RowActions conversationId={conversationId} messageId={questionMessageId} about={question} onWhy={onWhy} />
    </li>
  );
}

interface RowActionsProps extends ReceiptPlace {
  /** The question, for those who hear the buttons without seeing the row. */
  about: string;
  onWhy: (place: ReceiptPlace) => void;
}

/** The ways from a row to its receipt and to its conversation. */
export function RowActions({ conversationId, messageId, about, onWhy }: RowActionsProps) {
  const { clientId } = useCurrentClient();
  return (
    <span className="flex gap-2">
      <Button size="small" aria-label={`Why? ${about}`} onPress={() => onWhy({ conversationId, messageId })}>
        Why?
      </Button>
      <Link
        to="/c/$clientId/inbox/$conversationId"
        params={{ clientId, conversationId }}
        hash={messageHash(messageId)}
        aria-label={`Open the conversation: ${about}`}
        className={buttonClass('quiet', 'small')}
      >
        Open
      </Link>
    </span>
  );
}
