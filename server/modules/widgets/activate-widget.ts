import type { Widget } from '../../../shared/schema.ts';
import { HttpProblem } from '../../http/problem.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { findEngineFault } from './engine-fault.ts';
import { recordWidgetChange, type WidgetActor } from './record-widget-change.ts';

/**
 * Takes the widget through its activation: `activating` while its settings are checked, then `active`, or `failed` with
 * a reason that says what to do. Call it with the storage of a transaction: nobody sees a widget that is stuck between.
 */
export async function activateWithin(
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

/**
 * What a member asks for: activation now, or at a time in the future. An active widget stays as it is.
 * @throws NotFoundError `widget`
 * @throws HttpProblem 409 for an archived widget, and when an active one is to be activated later
 */
export async function requestActivation(
  own: ClientStorage,
  wish: { widgetId: string; activateAt: Date | undefined; by: WidgetActor; now: Date },
): Promise<Widget> {
  const { widgetId, activateAt, by, now } = wish;
  const widget = await own.widgets.find(widgetId);
  if (!widget) throw new NotFoundError('widget');
  if (widget.archivedAt !== null) throw new HttpProblem('conflict', 'The widget is archived. Restore it first.');
  const isForLater = activateAt !== undefined && activateAt > now;
  if (widget.status === 'active') {
    if (isForLater) throw new HttpProblem('conflict', 'The widget is already active.');
    return widget;
  }
  if (!isForLater) return activateWithin(own, { widget, by, now });
  await recordWidgetChange(own, by, { widget, verb: 'scheduled', details: { activateAt: activateAt.toISOString() } });
  return own.widgets.update(widget.id, { status: 'pending', statusReason: null, activateAt });
}
