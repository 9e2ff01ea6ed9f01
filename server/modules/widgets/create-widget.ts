import type { Widget } from '../../../shared/schema.ts';
import { widgetDefaults } from '../../../shared/widget-settings.ts';
import type { WidgetSettings } from '../../storage/repositories/widgets.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { activateWidget } from './activate-widget.ts';
import { type GivenSettings, withoutUndefined } from './given-settings.ts';
import { newPublicKey } from './new-public-key.ts';
import { recordWidgetChange, type WidgetActor } from './record-widget-change.ts';

/** A new widget, activated at once or left pending until `activateAt`. Call it with the storage of a transaction. */
export async function createWidget(
  own: ClientStorage,
  wish: {
    settings: GivenSettings & { name: string };
    activateAt: Date | undefined;
    by: WidgetActor;
    now: Date;
  },
): Promise<Widget> {
  const { settings, activateAt, by, now } = wish;
  const isForLater = activateAt !== undefined && activateAt > now;
  const widget = await own.widgets.create({
    ...(structuredClone(widgetDefaults) as unknown as Omit<WidgetSettings, 'name'>),
    ...withoutUndefined(settings),
    name: settings.name,
    publicKey: newPublicKey(),
    status: 'pending',
    activateAt: isForLater ? activateAt : null,
  });
  await recordWidgetChange(own, by, { widget, verb: 'created' });
  return isForLater ? widget : activateWidget(own, { widget, by, now });
}
