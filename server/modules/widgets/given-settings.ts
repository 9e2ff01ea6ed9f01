import type { WidgetSettings } from '../../storage/repositories/widgets.ts';

/** Settings as they are sent: any of them may be left out. */
export type GivenSettings = { [K in keyof WidgetSettings]?: WidgetSettings[K] | undefined };

/** The settings that were sent, without those that are undefined. */
export function withoutUndefined(settings: GivenSettings): Partial<WidgetSettings> {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as Partial<WidgetSettings>;
}
