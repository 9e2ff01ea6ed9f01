import type { Widget } from '../../../shared/schema.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { recordWidgetChange, type WidgetActor } from './record-widget-change.ts';

/**
 * Archives the widget or brings it back; harmless when it already is as wished. Call it with the storage of a
 * transaction. @throws NotFoundError `widget`
 */
export async function setWidgetArchived(
  own: ClientStorage,
  { widgetId, archived, by, now }: { widgetId: string; archived: boolean; by: WidgetActor; now: Date },
): Promise<Widget> {
  const widget = await own.widgets.find(widgetId);
  if (!widget) throw new NotFoundError('widget');
  if ((widget.archivedAt !== null) === archived) return widget;
  await recordWidgetChange(own, by, { widget, verb: archived ? 'archived' : 'restored' });
  return own.widgets.update(widget.id, { archivedAt: archived ? now : null });
}
