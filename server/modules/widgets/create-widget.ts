import type { Widget } from '../../../shared/schema.ts';
import { widgetDefaults } from '../../../shared/widget-settings.ts';
import { randomToken } from '../../lib/secrets.ts';
import type { WidgetSettings } from '../../storage/repositories/widgets.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { activateWithin } from './activate-widget.ts';
import { recordWidgetChange, type WidgetActor } from './record-widget-change.ts';

/** Settings as they are sent: whatever is left out gets its default. */
export type GivenSettings = { [K in keyof WidgetSettings]?: WidgetSettings[K] | undefined };

export const newPublicKey = () => `wk_${randomToken(16)}`;

/** A new widget, activated at once or left pending until `activateAt`. Call it with the storage of a transaction. */
export async function createWithin(
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
    ...given(settings),
    name: settings.name,
    publicKey: newPublicKey(),
    status: 'pending',
    activateAt: isForLater ? activateAt : null,
  });
  await recordWidgetChange(own, by, { widget, verb: 'created' });
  return isForLater ? widget : activateWithin(own, { widget, by, now });
}

/** The settings that were sent, without those that are undefined. */
export function given(settings: GivenSettings): Partial<WidgetSettings> {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as Partial<WidgetSettings>;
}
