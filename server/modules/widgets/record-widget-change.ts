import type { JsonObject, Widget } from '../../../shared/schema.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { type Actor, recordChange, recordSystemChange } from '../audit/record-change.ts';

/** Who changes a widget: a member, or the server by itself. */
export type WidgetActor = Actor | 'system';

/** Writes the audit row of a change to a widget, in the transaction that `own` belongs to. */
export async function recordWidgetChange(
  own: ClientStorage,
  by: WidgetActor,
  { widget, verb, details }: { widget: Pick<Widget, 'id' | 'name'>; verb: string; details?: JsonObject },
): Promise<void> {
  const change = {
    action: `widget.${verb}`,
    targetType: 'widget',
    targetId: widget.id,
    details: { name: widget.name, ...details },
  } as const;
  if (by === 'system') await recordSystemChange(own, change);
  else await recordChange(own, by, change);
}
