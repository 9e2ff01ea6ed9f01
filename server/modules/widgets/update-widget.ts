import { isDeepStrictEqual } from 'node:util';
import type { Widget } from '../../../shared/schema.ts';
import { validationProblem } from '../../http/problem.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { WidgetSettings } from '../../storage/repositories/widgets.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { activateWidget } from './activate-widget.ts';
import { findEngineFault } from './engine-fault.ts';
import { type GivenSettings, withoutUndefined } from './given-settings.ts';
import { recordWidgetChange, type WidgetActor } from './record-widget-change.ts';

/**
 * The widget with the given settings; unchanged where nothing differs. An active widget cannot be changed so that its
 * engine no longer works; one whose activation failed is activated when the change mends it. Call it with the storage of
 * a transaction.
 * @throws NotFoundError `widget`
 * @throws HttpProblem 400
 */
export async function updateWidget(
  own: ClientStorage,
  { widgetId, settings, by, now }: { widgetId: string; settings: GivenSettings; by: WidgetActor; now: Date },
): Promise<Widget> {
  const before = await own.widgets.find(widgetId);
  if (!before) throw new NotFoundError('widget');
  const patch = withoutUndefined(settings);
  // Which document the address is read into is the server's to say.
  const { sourceDocumentId } = before.retrieval;
  if (patch.retrieval && sourceDocumentId !== undefined) patch.retrieval = { ...patch.retrieval, sourceDocumentId };
  const changed = (Object.keys(patch) as (keyof WidgetSettings)[]).filter(
    (field) => !isDeepStrictEqual(patch[field], before[field]),
  );
  if (changed.length === 0) return before;
  const fault = findEngineFault({ ...before, ...patch });
  if (fault && before.status === 'active') {
    throw validationProblem([{ pointer: fault.pointer, detail: fault.detail }]);
  }
  const after = await own.widgets.update(before.id, patch);
  await recordWidgetChange(own, by, { widget: after, verb: 'updated', details: { changed } });
  if (before.status !== 'failed' || fault || before.archivedAt !== null) return after;
  return activateWidget(own, { widget: after, by, now });
}
