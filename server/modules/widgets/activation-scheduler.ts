import type { Widget } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { activateWidget } from './activate-widget.ts';

type SchedulerDeps = Pick<Deps, 'storage' | 'bus' | 'log' | 'now'>;

const everyMs = 5_000;
const batchMax = 100;

/**
 * Activates widgets whose time has come, looking every few seconds. Any number of processes may do so at once: each
 * widget is activated, and recorded, by one of them. The timer keeps no process alive.
 */
export function startActivationScheduler(deps: SchedulerDeps): { stop(): void } {
  let underWay = false;
  const timer = setInterval(() => {
    if (underWay) return;
    underWay = true;
    activateDueWidgets(deps)
      .catch((err: unknown) => deps.log.error({ event: 'activation.failed', err }))
      .finally(() => {
        underWay = false;
      });
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** One look: activates every widget that is due. Answers how many this call has taken through. */
export async function activateDueWidgets(deps: SchedulerDeps): Promise<number> {
  const due = await deps.storage.directory.listWidgetsDueForActivation(deps.now(), batchMax);
  let activated = 0;
  for (const widget of due) {
    try {
      await activateDueWidget(deps, widget);
      activated++;
    } catch (err) {
      if (err instanceof NoLongerDue || err instanceof NotFoundError) continue;
      deps.log.error({ event: 'activation.failed', widgetId: widget.id, err });
    }
  }
  return activated;
}

/** Another process, or a member, was faster. */
class NoLongerDue extends Error {
  override readonly name = 'NoLongerDue';
}

async function activateDueWidget({ storage, bus, now }: SchedulerDeps, { clientId, id }: Widget): Promise<void> {
  const widget = await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    // An update holds the row: what it answers stays true until the transaction ends, and throwing takes it back.
    const held = await own.widgets.update(id, {});
    const { status, archivedAt, activateAt } = held;
    if (status !== 'pending' || archivedAt || !activateAt || activateAt > now()) throw new NoLongerDue();
    return activateWidget(own, { widget: held, by: 'system', now: now() });
  });
  bus.publish('widget.changed', { clientId, widgetId: id, publicKeys: [widget.publicKey] });
}
