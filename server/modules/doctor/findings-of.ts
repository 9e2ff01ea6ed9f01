import type { WidgetFindingView } from '../../../shared/contracts/doctor.ts';
import type { Widget, WidgetFinding, WidgetInstall } from '../../../shared/schema.ts';
import { isSiteAllowed, siteOfOrigin } from '../visitors/site-allowed.ts';
import type { StrayTag } from './stray-tags.ts';

/** What was not seen for so long, or is solved since, is not told any more. */
const rememberedMs = 7 * 24 * 60 * 60_000;

interface Known {
  findings: WidgetFinding[];
  installs: WidgetInstall[];
  strays: StrayTag[];
  now: Date;
}

/** All there is to be said of a widget's tags: what is open first, the last seen first. */
export function findingsOf(widget: Widget, { findings, installs, strays, now }: Known): WidgetFindingView[] {
  const all = [
    ...findings.map((finding) => viewOf(finding.kind, finding.detail, finding)),
    ...strays.flatMap((stray) => strayOf(widget, stray)),
  ].filter((view) => now.getTime() - Date.parse(view.solvedAt ?? view.lastSeenAt) < rememberedMs);
  const rank = ({ solvedAt, lastSeenAt }: WidgetFindingView) => `${solvedAt === null ? 1 : 0} ${lastSeenAt}`;
  all.sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) < rank(b) ? 1 : -1));
  const told = new Set(all.flatMap(({ origin }) => (origin === null ? [] : [hostOf(origin)])));
  return [...all, ...neverSeen(widget, installs, told, now)];
}

type Sighting = Pick<WidgetFinding, 'origin' | 'count' | 'firstSeenAt' | 'lastSeenAt' | 'solvedAt'>;

function viewOf(kind: WidgetFindingView['kind'], detail: string | null, sighting: Sighting): WidgetFindingView {
  const { origin, count, firstSeenAt, lastSeenAt, solvedAt } = sighting;
  return {
    kind,
    origin: origin === 'null' ? null : origin,
    detail,
    count,
    firstSeenAt: firstSeenAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    solvedAt: solvedAt?.toISOString() ?? null,
  };
}

/** A tag without a widget concerns whoever counts its site among theirs; one with an archived widget's key, its owner. */
function strayOf(widget: Widget, stray: StrayTag): WidgetFindingView[] {
  if (stray.publicKey === widget.publicKey) return [viewOf('widget-inactive', null, stray)];
  if (widget.archivedAt !== null || !isSiteAllowed(stray.origin, widget.allowedSites)) return [];
  if (stray.publicKey === '-') return [viewOf('tag-without-key', null, stray)];
  return [viewOf('unknown-key', stray.publicKey, stray)];
}

const neverSeenMax = 10;

/** Allowed sites that neither showed the widget nor asked for it in vain; this computer and patterns are none to wait for. */
function neverSeen(widget: Widget, installs: WidgetInstall[], told: Set<string>, now: Date): WidgetFindingView[] {
  if (widget.status !== 'active' || widget.archivedAt !== null) return [];
  const seen = new Set([...told, ...installs.map(({ origin }) => hostOf(origin))]);
  const since = (widget.activatedAt ?? widget.createdAt).toISOString();
  return widget.allowedSites
    .filter((site) => !site.startsWith('*.') && !/^(localhost|127\.0\.0\.1)(:|$)/.test(site) && !seen.has(hostOf(site)))
    .slice(0, neverSeenMax)
    .map((site) => ({
      kind: 'never-seen',
      origin: `https://${site}`,
      detail: null,
      count: 0,
      firstSeenAt: since,
      lastSeenAt: now.toISOString(),
      solvedAt: null,
    }));
}

/** With its port where that is not a usual one. `www.` is left out: one of the two addresses often leads to the other. */
function hostOf(site: string): string {
  const host = site.includes('://') ? (siteOfOrigin(site) ?? site) : site;
  return host.replace(/^www\./, '');
}
