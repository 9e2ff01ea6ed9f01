import { useQuery } from '@tanstack/react-query';
import { CircleCheckBig, PenLine } from 'lucide-react';
import { useState } from 'react';
import type { UnansweredGroupView } from '../../../../../shared/contracts/answers.ts';
import { useAgo } from '../../lib/ago.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { fullTime } from '../../lib/dates.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { RowsSkeleton } from '../settings/ListParts.tsx';
import { ApprovedAnswerForm } from './ApprovedAnswerForm.tsx';
import { type ReceiptPlace, unansweredQuery } from './queries.ts';
import { RowActions } from './ReceiptList.tsx';

/** Questions that got no answer, those that ask alike together, with the place to write the answer. */
export function UnansweredList({ onWhy }: { onWhy: (place: ReceiptPlace) => void }) {
  const { clientId } = useCurrentClient();
  const groups = useQuery(unansweredQuery(clientId));
  if (groups.isPending) return <RowsSkeleton label="Loading the questions" />;
  if (groups.isError && !groups.data) {
    return <ErrorState error={groups.error} onRetry={() => void groups.refetch()} />;
  }
  if (groups.data.length === 0) {
    return (
      <EmptyState icon={<CircleCheckBig size={22} />} title="No question is left without an answer">
        What the assistant does not know is gathered here, so that you answer it once for everybody.
      </EmptyState>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      <p className="text-muted text-xs">
        Questions that ask alike stand together, the most asked first. An answer you write is given to everybody who
        asks so from then on.
      </p>
      <ul className="-my-1 divide-y divide-line">
        {groups.data.map((group) => (
          <GroupRow key={group.questionMessageId} group={group} onWhy={onWhy} />
        ))}
      </ul>
    </div>
  );
}

function GroupRow({ group, onWhy }: { group: UnansweredGroupView; onWhy: (place: ReceiptPlace) => void }) {
  const { may } = useCurrentClient();
  const { question, count, lastAskedAt, conversationId, questionMessageId } = group;
  const [isWriting, setIsWriting] = useState(false);
  const ago = useAgo(lastAskedAt);
  return (
    <li className="flex flex-col gap-3 py-3">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-72">
          <p dir="auto" className="line-clamp-3 break-words font-medium">
            {question}
          </p>
          <p className="mt-1 flex flex-wrap items-center gap-2 text-muted text-xs">
            <Badge tone={count > 1 ? 'warning' : 'neutral'}>
              {count === 1 ? 'Asked once' : `Asked ${count} times`}
            </Badge>
            <time dateTime={lastAskedAt} title={fullTime(lastAskedAt)}>
              last asked {ago}
            </time>
          </p>
        </div>
        <span className="flex flex-wrap gap-2">
          {may('answers.review') && (
            <Button
              size="small"
              look="primary"
              aria-expanded={isWriting}
              aria-label={`Write the answer: ${question}`}
              onPress={() => setIsWriting(!isWriting)}
            >
              <PenLine size={13} aria-hidden /> Write the answer
            </Button>
          )}
          <RowActions conversationId={conversationId} messageId={questionMessageId} about={question} onWhy={onWhy} />
        </span>
      </div>
      {isWriting && (
        <div className="rounded-xl border border-line bg-surface p-3.5">
          <ApprovedAnswerForm
            questionMessageId={questionMessageId}
            question={question}
            answer=""
            onDone={() => toastDone('Your answer is kept. It is given from the moment it is read in.')}
            onClose={() => setIsWriting(false)}
          />
        </div>
      )}
    </li>
  );
}
