import { ShieldCheck, ShieldOff } from 'lucide-react';
import { useState } from 'react';
import {
  removeIdentitySecret,
  rotateIdentitySecret,
  type WidgetView,
} from '../../../../../shared/contracts/widgets.ts';
import { limits } from '../../../../../shared/limits.ts';
import { useAgo } from '../../lib/ago.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { dateOnly, fullTime } from '../../lib/dates.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { CopyField } from '../../ui/CopyField.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Card } from '../../ui/Page.tsx';
import { SelectField } from '../../ui/SelectField.tsx';
import { toastDone, toastFailed } from '../../ui/toasts.tsx';
import { pageSnippet, type SnippetLanguage, signingSnippets, snippetLanguages } from './identity-snippet.ts';
import { useWidgetCache } from './use-widget-cache.ts';

/** The secret with which the site says who its visitors are: making it, why it was refused last, how it is used. */
export function IdentityCard({ widget }: { widget: WidgetView }) {
  const { clientId, may } = useCurrentClient();
  const refresh = useWidgetCache(clientId);
  const [dialog, setDialog] = useState<'rotate' | 'remove' | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const [isMaking, setIsMaking] = useState(false);
  const params = { clientId, widgetId: widget.id };
  const madeAt = widget.identitySecretAt;
  const mayManage = may('widgets.manage') && widget.archivedAt === null;

  const make = async () => {
    const made = await call(rotateIdentitySecret, { params });
    setSecret(made.secret);
    void refresh({ ...widget, identitySecretAt: made.createdAt, identityFailure: null });
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
  const remove = async () => {
    await call(removeIdentitySecret, { params });
    void refresh({ ...widget, identitySecretAt: null, identityFailure: null });
    toastDone('The secret is removed. All visitors are anonymous from now on.');
  };

  return (
    <Card
      title="Who your visitors are"
      description="Your site can say who is signed in there, so that agents see a name and the person finds their conversations on every device. Your server signs it with a secret, so nobody can pretend to be somebody else."
    >
      <p className="flex items-center gap-2">
        {madeAt === null ? (
          <>
            <ShieldOff size={18} aria-hidden className="shrink-0 text-muted" /> No secret: all visitors are anonymous.
          </>
        ) : (
          <>
            <ShieldCheck size={18} aria-hidden className="shrink-0 text-success-fg" />
            <span>
              Switched on. The secret was made{' '}
              <time dateTime={madeAt} title={fullTime(madeAt)}>
                {dateOnly(madeAt)}
              </time>
              .
            </span>
          </>
        )}
      </p>
      {widget.identityFailure && <Failure failure={widget.identityFailure} />}
      {mayManage && (
        <div className="flex flex-wrap gap-2">
          {madeAt === null ? (
            <Button look="primary" isPending={isMaking} onPress={() => void makeFirst()}>
              Make a secret
            </Button>
          ) : (
            <>
              <Button onPress={() => setDialog('rotate')}>Make a new secret…</Button>
              <Button look="quiet" onPress={() => setDialog('remove')}>
                Switch off…
              </Button>
            </>
          )}
        </div>
      )}
      {madeAt !== null && <HowTo />}
      <Modal
        isOpen={secret !== null}
        onClose={() => setSecret(null)}
        title="The secret of this widget"
        size="medium"
        role="alertdialog"
      >
        <div className="flex flex-col gap-4">
          <Notice tone="warning">
            Copy it now; it is never shown again. Keep it on your server, in the variable CONFAB_IDENTITY_SECRET for
            instance, and never put it into a page.
          </Notice>
          <CopyField label="Secret" text={secret ?? ''} />
          <Button look="primary" className="self-end" onPress={() => setSecret(null)}>
            I have copied it
          </Button>
        </div>
      </Modal>
      <ConfirmDialog
        isOpen={dialog === 'rotate'}
        onClose={() => setDialog(null)}
        title="Make a new secret?"
        confirmLabel="Make a new secret"
        onConfirm={make}
      >
        Tokens signed with the present one are refused at once, and their visitors are anonymous until your server signs
        with the new one.
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={dialog === 'remove'}
        onClose={() => setDialog(null)}
        title="Switch signed identities off?"
        confirmLabel="Remove the secret"
        onConfirm={remove}
      >
        From now on every visitor is anonymous. What is known of people from earlier conversations stays.
      </ConfirmDialog>
    </Card>
  );
}

function Failure({ failure }: { failure: NonNullable<WidgetView['identityFailure']> }) {
  const ago = useAgo(failure.at);
  return (
    <Notice tone="danger" isAlert={false} title={`A token was refused ${ago}`}>
      <p>{failure.reason}</p>
      <p className="mt-1.5 font-medium">Look at these, in this order:</p>
      <ul className="list-disc pl-5">
        <li>Does your server sign with this widget’s latest secret, by HS256?</li>
        <li>
          Are <code className="font-mono">sub</code>, a lasting id of the person, and{' '}
          <code className="font-mono">exp</code> in it, in seconds and at most {limits.identityLifetimeDaysMax} days
          ahead?
        </li>
        <li>Is your server’s clock right, and is the token made anew for each page rather than cached?</li>
      </ul>
      <p className="mt-1.5">The visitor could chat all the same, anonymously.</p>
    </Notice>
  );
}

function HowTo() {
  const [language, setLanguage] = useState<SnippetLanguage>('node');
  return (
    <div className="flex flex-col gap-3">
      <SelectField
        label="Your server speaks"
        size="small"
        className="max-w-48"
        value={language}
        onChange={setLanguage}
        options={(Object.keys(snippetLanguages) as SnippetLanguage[]).map((id) => ({
          id,
          label: snippetLanguages[id],
        }))}
      />
      <CopyField label="1. On your server: sign a token" text={signingSnippets[language]} />
      <CopyField label="2. In the page: hand it over" text={pageSnippet} />
    </div>
  );
}
