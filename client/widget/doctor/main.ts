import { type ReportedFault, reportedFaults } from '../../../shared/install-vocabulary.ts';
import type { Stage, StageView } from '../loader/stage.ts';
import type { Widget } from '../loader/widget.ts';
import { keepsStorage, launcherFault, tagsOf } from './page-checks.ts';
import { type Refused, watchPolicy } from './policy.ts';
import { probeFrame } from './probe-frame.ts';
import { send } from './report.ts';

/** Widgets that are being looked at. */
const running = new Set<string>();

/**
 * Finds out what is wrong with a widget's tag on this page, tells it in the console and to the widget's owner. `answer` is
 * what the server said to the question for the settings, if anything came. A refusal says what is wrong by itself.
 */
export async function check(
  origin: string,
  widget: Widget,
  stage: Stage,
  view: StageView,
  answer: { detail?: string } | undefined,
): Promise<void> {
  const refusal = answer?.detail;
  if (refusal) console.warn(`Confab: ${refusal}`);
  if (refusal || running.has(widget.key)) return;
  running.add(widget.key);
  const { refused, stop } = watchPolicy(origin);
  try {
    await settled();
    const verdicts = await judge(origin, widget, stage, view, refused);
    const addressOf = () => {
      verdict(verdicts, 'csp-connect', refused.has('connect-src'), refused.get('connect-src'));
      const listed = reportedFaults.filter((kind) => verdicts.has(kind));
      const found = listed.filter((kind) => verdicts.get(kind) !== fine);
      const lists = new URLSearchParams({
        found: found.map((kind) => [kind, verdicts.get(kind)].filter(Boolean).join(':')).join(),
        fine: listed.filter((kind) => verdicts.get(kind) === fine).join(),
      });
      return `${origin}/api/widget/${widget.key}/check?${lists}`;
    };
    await send(addressOf, refused);
    const found = [...verdicts].filter(([, detail]) => detail !== fine);
    for (const [kind] of found) console.warn(`Confab: ${kind}. The settings of the widget say what to do.`);
    if (!found.length) console.info('Confab: the tag is in order.');
  } finally {
    stop();
    running.delete(widget.key);
  }
}

/** In the place of a detail: looked at, and in order. */
const fine = Symbol();
/** What was looked at: the detail of a fault, which may be empty, or that there is none. */
type Verdicts = Map<ReportedFault, string | typeof fine>;

function verdict(verdicts: Verdicts, kind: ReportedFault, isFault: boolean, detail = ''): void {
  verdicts.set(kind, isFault ? detail : fine);
}

async function judge(
  origin: string,
  widget: Widget,
  stage: Stage,
  view: StageView,
  refused: Refused,
): Promise<Verdicts> {
  const { key } = widget;
  const verdicts: Verdicts = new Map();
  const { count, otherOrigin } = tagsOf(key, origin);
  verdict(verdicts, 'two-hosts', !!otherOrigin, otherOrigin);
  verdict(verdicts, 'double-install', count > 1 && !otherOrigin);
  verdict(verdicts, 'storage-blocked', !keepsStorage());
  const [launcher, probe] = await Promise.all([
    // Before there are settings there is nothing to be seen.
    widget.config && launcherFault(stage, view),
    probeFrame(`${origin}/frame/${key}?check`, stage.panel, refused),
  ]);
  if (launcher) {
    verdict(verdicts, 'launcher-covered', launcher === 'launcher-covered');
    verdict(verdicts, 'launcher-hidden', launcher === 'launcher-hidden');
  }
  const isForbidden = refused.has('frame-src');
  verdict(verdicts, 'csp-frame', isForbidden, refused.get('frame-src'));
  if (!isForbidden) verdict(verdicts, 'frame-blocked', !probe);
  if (probe) {
    verdict(verdicts, 'polling-only', probe === 'polling-only');
    verdict(verdicts, 'socket-blocked', probe === 'socket-blocked');
  }
  return verdicts;
}

/** The page has come as a whole, and has nothing better to do. */
async function settled(): Promise<void> {
  if (document.readyState !== 'complete') await new Promise((resolve) => addEventListener('load', resolve));
  await new Promise((resolve) => (window.requestIdleCallback || setTimeout)(resolve as () => void));
}
