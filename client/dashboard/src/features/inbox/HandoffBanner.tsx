import { Hand } from 'lucide-react';
import { useAgo } from '../../lib/ago.ts';
import { fullTime } from '../../lib/dates.ts';
import { useMe } from '../../lib/session.ts';
import { Button } from '../../ui/Button.tsx';
import type { ConversationDetail } from './queries.ts';

const askers = { visitor: 'the visitor', assistant: 'the assistant', agent: 'an agent' } as const;

/** Says that a person owes the visitor an answer, who asked for one, when and why; gone once somebody has taken it. */
export function HandoffBanner({ detail, onTake }: { detail: ConversationDetail; onTake: (() => void) | null }) {
  return (
    <div role="status">{detail.handoff && <Banner detail={detail} handoff={detail.handoff} onTake={onTake} />}</div>
  );
}

function Banner(props: {
  detail: ConversationDetail;
  handoff: NonNullable<ConversationDetail['handoff']>;
  onTake: (() => void) | null;
}) {
  const { detail, handoff, onTake } = props;
  const { user } = useMe();
  const ago = useAgo(handoff.requestedAt);
  const isMine = detail.assigneeId === user.id;
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-line border-b bg-warning-soft px-4 py-2 text-[0.8125rem] text-warning-fg">
      <Hand size={16} aria-hidden className="shrink-0" />
      <div className="min-w-40 flex-1">
        <p className="font-medium">
          A person was asked for{' '}
          <time dateTime={handoff.requestedAt} title={fullTime(handoff.requestedAt)}>
            {ago}
          </time>{' '}
          by {askers[handoff.requestedBy]}
        </p>
        {handoff.reason !== null && <p className="break-words">“{handoff.reason}”</p>}
      </div>
      {onTake && !isMine && (
        <Button size="small" onPress={onTake}>
          Take it
        </Button>
      )}
    </div>
  );
}
