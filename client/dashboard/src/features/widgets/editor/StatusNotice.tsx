import { useState } from 'react';
import { activateWidget, restoreWidget } from '../../../../../../shared/contracts/widgets.ts';
import { call } from '../../../lib/api.ts';
import { useCurrentClient } from '../../../lib/current-client.ts';
import { fromLocalInput, nearTime, toLocalInput } from '../../../lib/dates.ts';
import { Button } from '../../../ui/Button.tsx';
import { Modal } from '../../../ui/Modal.tsx';
import { Notice } from '../../../ui/Notice.tsx';
import { TextField } from '../../../ui/TextField.tsx';
import { toastDone, toastFailed } from '../../../ui/toasts.tsx';
import { useWidgetCache } from '../use-widget-cache.ts';
import { useEditor } from './editor-context.ts';

/** Says when a widget is not active and why, with the way out. */
export function StatusNotice() {
  const { widget } = useEditor();
  const { clientId, may } = useCurrentClient();
  const refresh = useWidgetCache(clientId);
  const [isScheduling, setIsScheduling] = useState(false);
  const params = { clientId, widgetId: widget.id };

  const activate = async (activateAt: string | null) => {
    try {
      const answer = await call(activateWidget, { params, body: { activateAt } });
      await refresh(answer);
      if (answer.status === 'active') toastDone('The widget is active.');
      else if (answer.activateAt) toastDone(`The widget will be active ${nearTime(answer.activateAt)}.`);
    } catch (error) {
      toastFailed('The widget was not activated.', error);
    }
  };
  const restore = async () => {
    try {
      await refresh(await call(restoreWidget, { params }));
      toastDone('The widget is back, under the same key.');
    } catch (error) {
      toastFailed('The widget was not restored.', error);
    }
  };

  if (!may('widgets.manage')) {
    return <Notice tone="note">You can look at the settings. Changing them is for owners and admins.</Notice>;
  }
  if (widget.archivedAt !== null) {
    return (
      <Notice tone="note" title="This widget is archived">
        <p>It is off all pages; its conversations stay. Restored, it works again under the same key.</p>
        <Button size="small" className="mt-2" onPress={() => void restore()}>
          Restore
        </Button>
      </Notice>
    );
  }
  if (widget.status === 'active') return null;
  return (
    <>
      <Notice
        tone={widget.status === 'failed' ? 'danger' : 'note'}
        title={widget.status === 'failed' ? 'The widget does not work' : 'The widget is not active yet'}
        isAlert={false}
      >
        <p>
          {widget.statusReason ??
            (widget.activateAt
              ? `It becomes active ${nearTime(widget.activateAt)}.`
              : 'Visitors see it once it is activated.')}
        </p>
        <span className="mt-2 flex flex-wrap gap-2">
          <Button size="small" onPress={() => void activate(null)}>
            Activate now
          </Button>
          <Button size="small" look="quiet" onPress={() => setIsScheduling(true)}>
            {widget.activateAt ? 'Change the time…' : 'Activate later…'}
          </Button>
        </span>
      </Notice>
      <Modal isOpen={isScheduling} onClose={() => setIsScheduling(false)} title="Activate later">
        <ScheduleForm
          initial={widget.activateAt}
          onChoose={(iso) => {
            setIsScheduling(false);
            void activate(iso);
          }}
        />
      </Modal>
    </>
  );
}

function ScheduleForm({ initial, onChoose }: { initial: string | null; onChoose: (iso: string) => void }) {
  const [value, setValue] = useState(() =>
    toLocalInput(initial ? new Date(initial) : new Date(Date.now() + 86_400_000)),
  );
  const iso = fromLocalInput(value);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (iso) onChoose(iso);
      }}
    >
      <TextField
        label="Date and time"
        nativeType="datetime-local"
        description="In your own time zone. A time that has passed activates at once."
        value={value}
        onChange={setValue}
      />
      <Button type="submit" look="primary" className="self-end" isDisabled={iso === null}>
        Schedule
      </Button>
    </form>
  );
}
