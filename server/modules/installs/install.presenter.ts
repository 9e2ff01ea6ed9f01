import type { WidgetInstallView } from '../../../shared/contracts/widgets.ts';
import type { WidgetInstall } from '../../../shared/schema.ts';

/** A site on which a widget's tag was seen, as members see it. */
export function presentInstall({ origin, firstSeenAt, lastSeenAt }: WidgetInstall): WidgetInstallView {
  return { origin, firstSeenAt: firstSeenAt.toISOString(), lastSeenAt: lastSeenAt.toISOString() };
}
