import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { History, RotateCw, Send } from 'lucide-react';
import { useState } from 'react';
import { type DeliveryView, sendDeliveryAgain } from '../../../../../shared/contracts/webhooks.ts';
import type { DeliveryState } from '../../../../../shared/webhook-vocabulary.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { fullTime, nearTime } from '../../lib/dates.ts';
import { itemsOf } from '../../lib/paging.ts';
import { sentenceOf } from '../../lib/problem.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { CopyField } from '../../ui/CopyField.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Card } from '../../ui/Page.tsx';
import { SelectField } from '../../ui/SelectField.tsx';
import { EmptyState, Skeleton } from '../../ui/states.tsx';
import { toastDone, toastFailed } from '../../ui/toasts.tsx';
import { durationText } from '../answers/figures.ts';
import { PagedList } from '../settings/ListParts.tsx';
import { stateLabels } from './labels.ts';
import { deliveriesKey, deliveriesQuery, deliveryQuery } from './queries.ts';

/** What is still to be sent may be sent at any moment. */
const watchEveryMs = 3_000;

const filters: { id: DeliveryState | 'all'; label: string }[] = [
  { id: 'all', label: 'All' },
  ...(Object.keys(stateLabels) as DeliveryState[]).map((id) => ({ id, label: stateLabels[id].label })),
];

/** What was sent to a webhook and what came of it, newest first. */
export function Deliveries({ webhookId }: { webhookId: string }) {
  const { clientId } = useCurrentClient();
  const [state, setState] = useState<DeliveryState | 'all'>('all');
  const query = useInfiniteQuery({
    ...deliveriesQuery(clientId, webhookId, state),
    staleTime: 0,
    refetchInterval: ({ state: { data } }) =>
      itemsOf(data).some((one) => one.state === 'pending') ? watchEveryMs : false,
  });
  const items = itemsOf(query.data);
  return (
    <Card
      title="Deliveries"
      description="Kept for 30 days. What does not arrive is sent again for about a day."
      actions={
        <span className="flex items-center gap-2">
          <SelectField
            label="Show"
            hideLabel
            size="small"
            className="w-32"
            value={state}
            onChange={setState}
            options={filters}
          />
          <IconButton label="Look for new deliveries" onPress={() => void query.refetch()}>
            <RotateCw size={16} aria-hidden />
          </IconButton>
        </span>
      }
    >
      <PagedList
        query={query}
        label="Loading the deliveries"
        isEmpty={items.length === 0}
        empty={
          <EmptyState icon={<History size={22} />} title={state === 'all' ? 'Nothing sent yet' : 'None like this'}>
            Each event that is sent here appears with what came of it.
          </EmptyState>
        }
      >
        {items.map((one) => (
          <DeliveryRow key={one.id} one={one} />
        ))}
      </PagedList>
    </Card>
  );
}

function DeliveryRow({ one }: { one: DeliveryView }) {
  const [isOpen, setIsOpen] = useState(false);
  const told = stateLabels[one.state];
  return (
    <li className="py-2.5">
      <details open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary className="flex cursor-pointer flex-wrap items-center gap-x-2.5 gap-y-1 rounded-lg">
          <span className="min-w-0 flex-1 basis-44 truncate font-mono text-[0.8125rem]">{one.event}</span>
          <Badge tone={told.tone}>
            {told.label}
            {one.httpStatus !== null && ` · ${one.httpStatus}`}
          </Badge>
          {one.durationMs !== null && (
            <span className="text-muted text-xs tabular-nums">{durationText(one.durationMs)}</span>
          )}
          <time dateTime={one.createdAt} title={fullTime(one.createdAt)} className="text-muted text-xs">
            {nearTime(one.createdAt)}
          </time>
        </summary>
        {isOpen && <Details one={one} />}
      </details>
    </li>
  );
}

function attemptsText({ attempts, nextTryAt, failure }: DeliveryView): string {
  const tried = attempts === 0 ? 'Not tried yet' : attempts === 1 ? 'Tried once' : `Tried ${attempts} times`;
  return nextTryAt !== null && failure !== null ? `${tried}, next ${nearTime(nextTryAt)}` : tried;
}

function Details({ one }: { one: DeliveryView }) {
  const { clientId } = useCurrentClient();
  const queryClient = useQueryClient();
  const query = useQuery(deliveryQuery(clientId, one));
  const params = { clientId, webhookId: one.webhookId, deliveryId: one.id };
  const again = useMutation({
    mutationFn: () => call(sendDeliveryAgain, { params }),
    onSuccess: async () => {
      toastDone('It is being sent again.');
      await queryClient.invalidateQueries({ queryKey: deliveriesKey(clientId, one.webhookId) });
    },
    onError: (error) => toastFailed('It was not sent again.', error),
  });
  return (
    <div className="mt-3 flex flex-col gap-3">
      {one.failure !== null && <p className="break-words text-danger-fg">{one.failure}</p>}
      <p className="text-muted text-xs">{attemptsText(one)}</p>
      {query.isPending && <Skeleton className="h-24 w-full" />}
      {query.isError && <Notice tone="danger">{sentenceOf(query.error)}</Notice>}
      {query.data && (
        <>
          {query.data.body === null ? (
            <Notice tone="note">What this was about has been erased.</Notice>
          ) : (
            <CopyField label="Body" text={JSON.stringify(query.data.body, null, 2)} />
          )}
          {query.data.response !== null && (
            <CopyField label="Answered" text={query.data.response === '' ? '(nothing)' : query.data.response} />
          )}
        </>
      )}
      <p className="break-words text-muted text-xs">
        webhook-id <span className="font-mono">{one.id}</span>
      </p>
      <div className="flex flex-wrap items-center gap-3">
        {query.data?.body && (
          <Button size="small" isPending={again.isPending} onPress={() => again.mutate()}>
            <Send size={13} aria-hidden /> Send again
          </Button>
        )}
        {one.conversationId !== null && one.state !== 'dropped' && (
          <Link
            to="/c/$clientId/inbox/$conversationId"
            params={{ clientId, conversationId: one.conversationId }}
            className="text-accent-fg text-xs underline underline-offset-2"
          >
            Open the conversation
          </Link>
        )}
      </div>
    </div>
  );
}
