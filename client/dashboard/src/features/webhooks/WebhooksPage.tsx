import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus, Webhook } from 'lucide-react';
import { useState } from 'react';
import type { WebhookView } from '../../../../../shared/contracts/webhooks.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { nearTime } from '../../lib/dates.ts';
import { Button } from '../../ui/Button.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { Card, Page } from '../../ui/Page.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { RowsSkeleton } from '../settings/ListParts.tsx';
import { NotPermitted } from '../settings/NotPermitted.tsx';
import { webhooksQuery } from './queries.ts';
import { WebhookForm } from './WebhookForm.tsx';
import { WebhookState } from './WebhookState.tsx';
import { WebhooksOff } from './WebhooksOff.tsx';

/** Addresses that are told what happens in conversations. */
export function WebhooksPage() {
  const { may } = useCurrentClient();
  return (
    <Page
      title="Webhooks"
      description="Tell your own systems what happens in conversations: each event is sent to an address of yours, signed, and again for a day when it does not arrive."
      width="narrow"
    >
      {may('webhooks.manage') ? <Webhooks /> : <NotPermitted />}
    </Page>
  );
}

function Webhooks() {
  const { clientId } = useCurrentClient();
  const query = useQuery({ ...webhooksQuery(clientId), staleTime: 0 });
  const [isMaking, setIsMaking] = useState(false);
  const make = (
    <Button look="primary" size="small" className="h-8" onPress={() => setIsMaking(true)}>
      <Plus size={14} aria-hidden /> New webhook
    </Button>
  );
  return (
    <>
      <WebhooksOff />
      <Card title="Addresses" actions={query.data && make}>
        {query.isPending && <RowsSkeleton label="Loading webhooks" />}
        {query.isError && !query.data && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
        {query.data?.length === 0 && (
          <EmptyState icon={<Webhook size={22} />} title="No webhooks yet">
            Make one to have a CRM, a chat room or an n8n workflow hear of new conversations and messages.
          </EmptyState>
        )}
        {query.data && query.data.length > 0 && (
          <ul className="-my-1 divide-y divide-line">
            {query.data.map((webhook) => (
              <WebhookRow key={webhook.id} webhook={webhook} />
            ))}
          </ul>
        )}
      </Card>
      <Modal isOpen={isMaking} onClose={() => setIsMaking(false)} title="New webhook" size="medium">
        <WebhookForm webhook={null} onClose={() => setIsMaking(false)} />
      </Modal>
    </>
  );
}

function WebhookRow({ webhook }: { webhook: WebhookView }) {
  const { clientId } = useCurrentClient();
  const { id: webhookId, url, description, events, lastSuccessAt } = webhook;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5">
      <div className="min-w-40 flex-1">
        <Link
          to="/c/$clientId/settings/webhooks/$webhookId"
          params={{ clientId, webhookId }}
          className="block truncate font-medium hover:underline"
        >
          {description || url}
        </Link>
        {description && <p className="truncate font-mono text-muted text-xs">{url}</p>}
        <p className="text-muted text-xs">
          {events.length === 1 ? '1 event' : `${events.length} events`} ·{' '}
          {lastSuccessAt === null ? 'nothing has arrived yet' : `last arrived ${nearTime(lastSuccessAt)}`}
        </p>
      </div>
      <WebhookState webhook={webhook} />
    </li>
  );
}
