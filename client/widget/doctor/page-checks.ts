import type { ReportedFault } from '../../../shared/install-vocabulary.ts';
import type { Stage, StageView } from '../loader/stage.ts';

/** How long something may lie over the launcher before it counts. */
const passingMs = 3_000;

/** The page's tags of this widget: how many there are, and where one from elsewhere than `origin` comes from. */
export function tagsOf(key: string, origin: string): { count: number; otherOrigin: string | undefined } {
  const origins = [...document.querySelectorAll<HTMLScriptElement>('script[data-widget]')]
    .filter(({ dataset, src }) => dataset.widget === key && src)
    .map(({ src }) => new URL(src).origin);
  return { count: origins.length, otherOrigin: origins.find((other) => other !== origin) };
}

/**
 * Whether the browser keeps anything for the page. What it keeps for frames of other sites is the visitor's choice and no
 * fault of this one: private windows keep nothing.
 */
export function keepsStorage(): boolean {
  try {
    return !!localStorage;
  } catch {
    return false;
  }
}

/**
 * What keeps the launcher from being seen or pressed, now and a while later; `none` when nothing does, undefined when it
 * is not to be seen at the moment, because the page or the visitor wants it so.
 */
export async function launcherFault(stage: Stage, view: StageView): Promise<ReportedFault | 'none' | undefined> {
  const first = lookAtLauncher(stage, view);
  if (first === 'none' || first === undefined) return first;
  await new Promise((resolve) => setTimeout(resolve, passingMs));
  return lookAtLauncher(stage, view);
}

function lookAtLauncher({ host, launcher }: Stage, view: StageView): ReportedFault | 'none' | undefined {
  const isAway = view.open || view.hidden || launcher.hidden || !host.isConnected || document.hidden;
  // A modal dialog lies over everything, for as long as it is open.
  if (isAway || document.querySelector(':modal')) return undefined;
  const { left, top, width, height } = launcher.getBoundingClientRect();
  const isShown = launcher.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const points = [
    [0.5, 0.5],
    [0.3, 0.3],
    [0.7, 0.3],
    [0.3, 0.7],
    [0.7, 0.7],
  ].map(([x = 0, y = 0]) => [left + width * x, top + height * y] as const);
  const inside = points.filter(([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight);
  if (!isShown || !width || inside.length < 3) return 'launcher-hidden';
  const pressed = inside.filter(([x, y]) => document.elementFromPoint(x, y) === host);
  return pressed.length < 3 ? 'launcher-covered' : 'none';
}
