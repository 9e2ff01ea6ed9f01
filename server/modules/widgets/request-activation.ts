import type { Widget } from '../../../shared/schema.ts';
import { HttpProblem } from '../../http/problem.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { activateWidget } from './activate-widget.ts';
import { recordWidgetChange, type WidgetActor } from './record-widget-change.ts';

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
  if (!isForLater) return activateWidget(own, { widget, by, now });
  await recordWidgetChange(own, by, { widget, verb: 'scheduled', details: { activateAt: activateAt.toISOString() } });
  return own.widgets.update(widget.id, { status: 'pending', statusReason: null, activateAt });
}
