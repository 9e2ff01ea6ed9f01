import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { History, RotateCw, Send } from 'lucide-react';
import { sendWebhookCallAgain, type WebhookCallView } from '../../../../../shared/contracts/answers.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { fullTime, nearTime } from '../../lib/dates.ts';
import { itemsOf } from '../../lib/paging.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { CopyField } from '../../ui/CopyField.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Card } from '../../ui/Page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { toastDone, toastFailed } from '../../ui/toasts.tsx';
import { PagedList } from '../settings/ListParts.tsx';
import { durationText } from './figures.ts';
import { callOutcomeLabels } from './labels.ts';
import { webhookCallsQuery } from './queries.ts';

/** A little longer than the server waits for the workflow. */
const timeoutMs = 60_000;

/** How the calls of a widget's workflow went, newest first. */
export function WebhookCalls({ widgetId, canSend }: { widgetId: string; canSend: boolean }) {
  const { clientId } = useCurrentClient();
  const query = useInfiniteQuery(webhookCallsQuery(clientId, widgetId));
  const items = itemsOf(query.data);
  return (
    <Card
      title="Calls"
      description="What was sent, what came back, and how long it took. Kept for 30 days."
      actions={
        <IconButton label="Look for new calls" onPress={() => void query.refetch()}>
          <RotateCw size={16} aria-hidden />
        </IconButton>
      }
    >
      <PagedList
        query={query}
        label="Loading the calls"
        isEmpty={items.length === 0}
        empty={
          <EmptyState icon={<History size={22} />} title="Not called yet">
            Each question that the workflow is asked appears here.
          </EmptyState>
        }
      >
        {items.map((one) => (
          <CallRow key={one.id} one={one} widgetId={widgetId} canSend={canSend} />
        ))}
      </PagedList>
    </Card>
  );
}

const sentNotPosted = {
  answered: 'The workflow answered. The visitor had an answer already, or a person has the conversation.',
  later: 'The workflow was called, and says that it answers later.',
  failed: 'The workflow was called, and failed again: see the call at the top.',
} as const;

function CallRow({ one, widgetId, canSend }: { one: WebhookCallView; widgetId: string; canSend: boolean }) {
  const { clientId } = useCurrentClient();
  const queryClient = useQueryClient();
  const again = useMutation({
    mutationFn: () => call(sendWebhookCallAgain, { params: { clientId, widgetId, callId: one.id } }, { timeoutMs }),
    onSuccess: async (answer) => {
      if (answer.posted) toastDone('The workflow answered, and the visitor has the answer.');
      else toastDone(sentNotPosted[answer.call.outcome]);
      await queryClient.invalidateQueries({ queryKey: webhookCallsQuery(clientId, widgetId).queryKey });
    },
    onError: (error) => toastFailed('The workflow was not called.', error),
  });
  const told = callOutcomeLabels[one.outcome];
  const question = typeof one.input.chatInput === 'string' ? one.input.chatInput : 'A question';
  return (
    <li className="py-2.5">
      <details className="group">
        <summary className="flex cursor-pointer flex-wrap items-center gap-x-2.5 gap-y-1 rounded-lg">
          <span dir="auto" className="min-w-0 flex-1 basis-48 truncate font-medium">
            {question}
          </span>
          <Badge tone={told.tone}>
            {told.label}
            {one.httpStatus !== null && ` · ${one.httpStatus}`}
          </Badge>
          <span className="text-muted text-xs tabular-nums">{durationText(one.durationMs)}</span>
          <time dateTime={one.createdAt} title={fullTime(one.createdAt)} className="text-muted text-xs">
            {nearTime(one.createdAt)}
          </time>
        </summary>
        <div className="mt-3 flex flex-col gap-3">
          {one.failure !== null && <p className="break-words text-danger-fg">{one.failure}</p>}
          <p className="break-words font-mono text-muted text-xs">POST {one.url}</p>
          <CopyField label="Sent" text={JSON.stringify(one.input, null, 2)} />
          <CopyField label="Answered" text={one.output === '' ? '(nothing)' : one.output} />
          <p className="break-words text-muted text-xs">
            Delivery <span className="font-mono">{one.id}</span>
          </p>
          <div className="flex flex-wrap items-center gap-3">
            {canSend && (
              <Button size="small" isPending={again.isPending} onPress={() => again.mutate()}>
                <Send size={13} aria-hidden /> Send again
              </Button>
            )}
            <Link
              to="/c/$clientId/inbox/$conversationId"
              params={{ clientId, conversationId: one.conversationId }}
              className="text-accent-fg text-xs underline underline-offset-2"
            >
              Open the conversation
            </Link>
          </div>
        </div>
      </details>
    </li>
  );
}
