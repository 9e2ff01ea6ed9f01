import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { archiveWidget, restoreWidget, rotateWidgetKey } from '../../../../../../shared/contracts/widgets.ts';
import { call } from '../../../lib/api.ts';
import { useCurrentClient } from '../../../lib/current-client.ts';
import { Button } from '../../../ui/Button.tsx';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';
import { CopyField } from '../../../ui/CopyField.tsx';
import { Card } from '../../../ui/Page.tsx';
import { toastDone, toastFailed } from '../../../ui/toasts.tsx';
import { IdentityCard } from '../IdentityCard.tsx';
import { useWidgetCache } from '../use-widget-cache.ts';
import { useEditor } from './editor-context.ts';

/** The widget's key and secret, and what takes it off pages. */
export function DangerTab() {
  const { widget } = useEditor();
  const { clientId, may } = useCurrentClient();
  const navigate = useNavigate();
  const refresh = useWidgetCache(clientId);
  const [isRotating, setIsRotating] = useState(false);
  const params = { clientId, widgetId: widget.id };
  const canManage = may('widgets.manage') && widget.archivedAt === null;

  const rotate = async () => {
    await refresh(await call(rotateWidgetKey, { params }));
    toastDone('The widget has a new key. Paste the new line into your pages.');
  };
  const archive = async () => {
    try {
      await call(archiveWidget, { params });
    } catch (error) {
      toastFailed('The widget was not archived.', error);
      return;
    }
    await navigate({ to: '/c/$clientId/widgets', params: { clientId }, ignoreBlocker: true });
    await refresh();
    toastDone(`${widget.name} is archived.`, () => {
      call(restoreWidget, { params })
        .then(refresh)
        .catch((error) => toastFailed('The widget was not restored.', error));
    });
  };

  return (
    <>
      <Card
        title="Public key"
        description="It tells pages which widget to show. It is no secret and stays for ever unless you change it."
      >
        <CopyField label="Key" text={widget.publicKey} />
        {canManage && (
          <Button className="self-start" onPress={() => setIsRotating(true)}>
            Change the key…
          </Button>
        )}
      </Card>
      <IdentityCard widget={widget} />
      {canManage && (
        <Card
          title="Archive"
          description="Takes the widget off all pages. Its conversations stay, and it can be restored."
        >
          <Button look="danger" className="self-start" onPress={() => void archive()}>
            Archive this widget
          </Button>
        </Card>
      )}
      <ConfirmDialog
        isOpen={isRotating}
        onClose={() => setIsRotating(false)}
        title="Change the public key?"
        confirmLabel="Change the key"
        onConfirm={rotate}
      >
        The line on your pages stops working at once, until you paste the new one. Do this when somebody else uses your
        key.
      </ConfirmDialog>
    </>
  );
}
