import type { Widget } from '../../../shared/schema.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { findEngineFault } from './engine-fault.ts';
import { recordWidgetChange, type WidgetActor } from './record-widget-change.ts';

/**
 * Takes the widget through its activation: `activating` while its settings are checked, then `active`, or `failed` with
 * a reason that says what to do. Call it with the storage of a transaction: nobody sees a widget that is stuck between.
 */
export async function activateWidget(
  own: ClientStorage,
  { widget, by, now }: { widget: Pick<Widget, 'id'>; by: WidgetActor; now: Date },
): Promise<Widget> {
  const activating = await own.widgets.update(widget.id, { status: 'activating', statusReason: null });
  const fault = findEngineFault(activating);
  if (fault) {
    await recordWidgetChange(own, by, { widget: activating, verb: 'failed', details: { reason: fault.reason } });
    return own.widgets.update(widget.id, { status: 'failed', statusReason: fault.reason, activateAt: null });
  }
  await recordWidgetChange(own, by, { widget: activating, verb: 'activated' });
  return own.widgets.update(widget.id, { status: 'active', statusReason: null, activateAt: null, activatedAt: now });
}
