import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeft, FlaskConical } from 'lucide-react';
import { useState } from 'react';
import {
  deleteWebhook,
  endPreviousSecret,
  rotateOutgoingSecret,
  testWebhook,
  updateWebhook,
  type WebhookView,
} from '../../../../../shared/contracts/webhooks.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { fullTime, nearTime } from '../../lib/dates.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Card, Page } from '../../ui/Page.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { toastDone, toastFailed } from '../../ui/toasts.tsx';
import { RowsSkeleton } from '../settings/ListParts.tsx';
import { NotPermitted } from '../settings/NotPermitted.tsx';
import { Deliveries } from './Deliveries.tsx';
import { deliveriesKey, webhooksQuery } from './queries.ts';
import { SecretNote } from './SecretNote.tsx';
import { WebhookForm } from './WebhookForm.tsx';
import { WebhookState } from './WebhookState.tsx';
import { WebhooksOff } from './WebhooksOff.tsx';

const route = getRouteApi('/signed-in/c/$clientId/settings/webhooks/$webhookId');

/** One webhook: how it is, what can be done with it, and what was sent to it. */
export function WebhookPage() {
  const { clientId, may } = useCurrentClient();
  const { webhookId } = route.useParams();
  const query = useQuery({ ...webhooksQuery(clientId), staleTime: 0, enabled: may('webhooks.manage') });
  const webhook = query.data?.find(({ id }) => id === webhookId);
  return (
    <Page title="Webhook" width="narrow">
      <Link
        to="/c/$clientId/settings/webhooks"
        params={{ clientId }}
        className="-mt-3 flex items-center gap-1 self-start text-accent-fg text-xs underline underline-offset-2"
      >
        <ArrowLeft size={13} aria-hidden /> All webhooks
      </Link>
      {!may('webhooks.manage') && <NotPermitted />}
      {may('webhooks.manage') && query.isPending && <RowsSkeleton label="Loading the webhook" />}
      {query.isError && !query.data && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && !webhook && (
        <EmptyState icon={<ArrowLeft size={22} />} title="There is no such webhook">
          It may have been removed.
        </EmptyState>
      )}
      {webhook && (
        <>
          <WebhooksOff only={webhook.id} />
          <Facts webhook={webhook} />
          <Deliveries webhookId={webhook.id} />
        </>
      )}
    </Page>
  );
}

function Facts({ webhook }: { webhook: WebhookView }) {
  const { clientId } = useCurrentClient();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'form' | 'secret' | 'remove' | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const params = { clientId, webhookId: webhook.id };
  const refresh = () => queryClient.invalidateQueries({ queryKey: webhooksQuery(clientId).queryKey });
  const close = () => setOpen(null);

  const attempt = async (what: () => Promise<unknown>, failure: string) => {
    setIsBusy(true);
    try {
      await what();
    } catch (error) {
      toastFailed(failure, error);
    } finally {
      setIsBusy(false);
    }
  };
  const test = () =>
    attempt(async () => {
      await call(testWebhook, { params });
      await queryClient.invalidateQueries({ queryKey: deliveriesKey(clientId, webhook.id) });
      toastDone('A test is on its way: see the deliveries.');
    }, 'No test was sent.');
  const turn = () =>
    attempt(async () => {
      await call(updateWebhook, { params, body: { enabled: !webhook.enabled } });
      await refresh();
      toastDone(webhook.enabled ? 'The webhook is off.' : 'The webhook is on.');
    }, 'The webhook was not changed.');
  const endPrevious = () =>
    attempt(async () => {
      await call(endPreviousSecret, { params });
      await refresh();
      toastDone('Deliveries are signed with the new secret alone.');
    }, 'The secret before still counts.');

  return (
    <Card>
      <div className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1 basis-48">
          {webhook.description && <h2 className="break-words font-semibold">{webhook.description}</h2>}
          <p className="font-mono text-[0.8125rem] [overflow-wrap:anywhere]">{webhook.url}</p>
          <p className="mt-1 break-words text-muted text-xs">{webhook.events.join(', ')}</p>
          <p className="mt-1 text-muted text-xs">
            {webhook.lastSuccessAt === null ? (
              'Nothing has arrived yet'
            ) : (
              <time dateTime={webhook.lastSuccessAt} title={fullTime(webhook.lastSuccessAt)}>
                Last arrived {nearTime(webhook.lastSuccessAt)}
              </time>
            )}
            {webhook.failingSince !== null && ` · failing since ${nearTime(webhook.failingSince)}`}
          </p>
        </div>
        <WebhookState webhook={webhook} />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" size="small" className="h-8" isPending={isBusy} onPress={() => void test()}>
          <FlaskConical size={14} aria-hidden /> Send a test
        </Button>
        <Button size="small" className="h-8" isDisabled={isBusy} onPress={() => void turn()}>
          {webhook.enabled ? 'Switch off' : 'Switch on'}
        </Button>
        <Button size="small" className="h-8" onPress={() => setOpen('form')}>
          Change…
        </Button>
        <Button size="small" className="h-8" onPress={() => setOpen('secret')}>
          New secret…
        </Button>
        <Button size="small" className="h-8" onPress={() => setOpen('remove')}>
          Remove…
        </Button>
      </div>
      {webhook.previousSecretUntil !== null && (
        <Notice tone="note" title="Deliveries are signed with two secrets" isAlert={false}>
          <p>
            The one before the present one ends{' '}
            <time dateTime={webhook.previousSecretUntil} title={fullTime(webhook.previousSecretUntil)}>
              {nearTime(webhook.previousSecretUntil)}
            </time>
            . End it when the receiver has the new one, or when others have come to know it.
          </p>
          <Button size="small" className="mt-2 h-8" isDisabled={isBusy} onPress={() => void endPrevious()}>
            End it now
          </Button>
        </Notice>
      )}
      <Modal isOpen={open === 'form'} onClose={close} title="Change the webhook" size="medium">
        <WebhookForm webhook={webhook} onClose={close} />
      </Modal>
      <ConfirmDialog
        isOpen={open === 'secret'}
        onClose={close}
        title="Make a new secret?"
        confirmLabel="Make a new secret"
        onConfirm={async () => {
          const made = await call(rotateOutgoingSecret, { params });
          setSecret(made.secret);
          await refresh();
        }}
      >
        Deliveries are signed with the new one at once, and for 24 hours with the present one as well, so that you can
        change it at the receiver without missing any. You can end that at any time.
        {webhook.previousSecretUntil !== null && ' The one before the present one ends now.'}
      </ConfirmDialog>
      <Modal
        isOpen={secret !== null}
        onClose={() => setSecret(null)}
        title="The secret of this webhook"
        size="medium"
        role="alertdialog"
      >
        <SecretNote secret={secret ?? ''} onClose={() => setSecret(null)} />
      </Modal>
      <ConfirmDialog
        isOpen={open === 'remove'}
        onClose={close}
        title="Remove this webhook?"
        confirmLabel="Remove the webhook"
        onConfirm={async () => {
          await call(deleteWebhook, { params });
          await navigate({ to: '/c/$clientId/settings/webhooks', params: { clientId } });
          await refresh();
          toastDone('The webhook is removed.');
        }}
      >
        Nothing is sent there any more, and the record of what was sent goes with it.
      </ConfirmDialog>
    </Card>
  );
}
