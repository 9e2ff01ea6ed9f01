import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ShieldCheck, ShieldOff } from 'lucide-react';
import { useState } from 'react';
import { rotateWebhookSecret } from '../../../../../shared/contracts/answers.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { dateOnly, fullTime } from '../../lib/dates.ts';
import { sentenceOf } from '../../lib/problem.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { CopyField } from '../../ui/CopyField.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Card } from '../../ui/Page.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { toastFailed } from '../../ui/toasts.tsx';
import { webhookSecretQuery } from './queries.ts';

/** The secret that calls of the workflow are signed with: made here, shown once. */
export function WebhookSecretCard({ widgetId, isArchived }: { widgetId: string; isArchived: boolean }) {
  const { clientId } = useCurrentClient();
  const queryClient = useQueryClient();
  const query = useQuery(webhookSecretQuery(clientId, widgetId));
  const [secret, setSecret] = useState<string | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const [isMaking, setIsMaking] = useState(false);
  const madeAt = query.data?.createdAt ?? null;

  const make = async () => {
    const made = await call(rotateWebhookSecret, { params: { clientId, widgetId } });
    setSecret(made.secret);
    queryClient.setQueryData(webhookSecretQuery(clientId, widgetId).queryKey, { createdAt: made.createdAt });
  };
  const makeFirst = async () => {
    setIsMaking(true);
    try {
      await make();
    } catch (error) {
      toastFailed('The secret was not made.', error);
    } finally {
      setIsMaking(false);
    }
  };
  return (
    <Card
      title="Signature"
      description="With a secret, each call says when it was made and is signed, so that the workflow can tell your Confab from anybody else."
    >
      {query.isPending && <Skeleton className="h-6 w-64" />}
      {query.isError && <Notice tone="danger">{sentenceOf(query.error)}</Notice>}
      {query.data && (
        <p className="flex items-center gap-2">
          {madeAt === null ? (
            <>
              <ShieldOff size={18} aria-hidden className="shrink-0 text-muted" /> No secret: calls are not signed.
            </>
          ) : (
            <>
              <ShieldCheck size={18} aria-hidden className="shrink-0 text-success-fg" />
              <span>
                Calls are signed. The secret was made{' '}
                <time dateTime={madeAt} title={fullTime(madeAt)}>
                  {dateOnly(madeAt)}
                </time>
                .
              </span>
            </>
          )}
        </p>
      )}
      {query.data && !isArchived && (
        <Button
          className="self-start"
          isPending={isMaking}
          onPress={() => (madeAt === null ? void makeFirst() : setIsAsking(true))}
        >
          {madeAt === null ? 'Make a secret' : 'Make a new secret…'}
        </Button>
      )}
      <Modal
        isOpen={secret !== null}
        onClose={() => setSecret(null)}
        title="The secret of this workflow"
        size="medium"
        role="alertdialog"
      >
        <div className="flex flex-col gap-4">
          <Notice tone="warning">Copy it now; it is never shown again. Keep it where the workflow runs.</Notice>
          <CopyField label="Secret" text={secret ?? ''} />
          <p className="text-muted text-xs">
            Calls carry it as <code className="font-mono">X-Confab-Signature</code>: the workflow{' '}
            <code className="font-mono">docs/n8n/signed-webhook.json</code> checks it.
          </p>
          <Button look="primary" className="self-end" onPress={() => setSecret(null)}>
            I have copied it
          </Button>
        </div>
      </Modal>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title="Make a new secret?"
        confirmLabel="Make a new secret"
        onConfirm={make}
      >
        Calls are signed with the new one at once. A workflow that checks the present one refuses them until it knows
        the new one.
      </ConfirmDialog>
    </Card>
  );
}
