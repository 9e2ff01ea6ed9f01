import type { Widget } from '../../../shared/schema.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { newPublicKey } from './new-public-key.ts';
import { recordWidgetChange, type WidgetActor } from './record-widget-change.ts';

/**
 * Gives the widget a new public key; the one before is worthless from then on. Call it with the storage of a
 * transaction. @throws NotFoundError `widget`
 */
export async function rotateWidgetKey(
  own: ClientStorage,
  { widgetId, by }: { widgetId: string; by: WidgetActor },
): Promise<{ widget: Widget; formerKey: string }> {
  const before = await own.widgets.find(widgetId);
  if (!before) throw new NotFoundError('widget');
  const widget = await own.widgets.update(before.id, { publicKey: newPublicKey() });
  await recordWidgetChange(own, by, { widget, verb: 'keyRotated' });
  return { widget, formerKey: before.publicKey };
}
