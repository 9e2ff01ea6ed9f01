import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { ReportedFinding } from '../../../shared/contracts/doctor.ts';
import type { ClientId } from '../../../shared/ids.ts';
import type { ReportedFault, StoredFault } from '../../../shared/install-vocabulary.ts';
import type { Widget } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { isSiteAllowed } from '../visitors/site-allowed.ts';
import { siteOf } from './site-of.ts';
import { createStrayTags, type StrayTag } from './stray-tags.ts';

/** How long the same of the same site is not written again. */
const restMs = 60_000;
/** How often a page of a site is asked to look at itself: while all is well, and while something is wrong. */
const checkWellMs = 60 * 60_000;
const checkIllMs = 10_000;
/** Reports of one site on one widget that are looked at in a minute. */
const reportsPerMinuteMax = 30;
const rememberedMax = 10_000;

interface Report {
  found: ReportedFinding[];
  fine: ReportedFault[];
}

/**
 * Gathers what is wrong with tags: what pages report, and what can be seen from here. No method throws or has anybody
 * wait; what goes wrong is logged. The site is always the one the request says. Confab's own pages are left out.
 */
export interface InstallDoctor {
  /** The settings were given to a page: it may show the widget. */
  shown(widget: Widget, headers: IncomingHttpHeaders): void;
  /** They were refused to a page, or the frame was. */
  refused(widget: Widget, headers: IncomingHttpHeaders): void;
  /** They were asked for with a key that no widget has. */
  strayed(publicKey: string, headers: IncomingHttpHeaders): void;
  /** Whether the page that asks shall look at itself. Counts as asked: the next ones are spared for a while. */
  isCheckDue(widget: Widget, headers: IncomingHttpHeaders): boolean;
  /** Takes a page's report, of an allowed site. */
  report(widget: Widget, headers: IncomingHttpHeaders, report: Report): void;
  strays(): StrayTag[];
  /** Resolves when nothing is on its way into the storage any more. */
  settled(): Promise<void>;
}

export function createInstallDoctor(deps: Pick<Deps, 'config' | 'storage' | 'bus' | 'log' | 'now'>): InstallDoctor {
  const strays = createStrayTags(deps);
  /** By widget, site and fault: what was written last. */
  const written = new LRUCache<string, { isFound: boolean; at: number }>({ max: rememberedMax });
  const dueAt = new LRUCache<string, number>({ max: rememberedMax });
  const reports = new LRUCache<string, { minute: number; count: number }>({ max: rememberedMax });
  const running = new Set<Promise<void>>();

  const siteAt = (headers: IncomingHttpHeaders) => siteOf(headers, deps.config.publicUrl);
  const nowMs = () => deps.now().getTime();

  const isNews = (widget: Widget, origin: string, kind: StoredFault, isFound: boolean) => {
    const key = `${widget.id} ${kind} ${origin}`;
    const before = written.get(key);
    if (before?.isFound === isFound && nowMs() - before.at < restMs) return false;
    written.set(key, { isFound, at: nowMs() });
    return true;
  };

  const store = async (widget: Widget, origin: string, found: Found[], fine: StoredFault[]) => {
    const clientId = widget.clientId as ClientId;
    const { findings } = deps.storage.forClient(clientId);
    try {
      for (const { kind, detail } of found) await findings.note(widget.id, { origin, kind, detail });
      const solved = await findings.solve(widget.id, origin, fine);
      if (found.length + solved.length) deps.bus.publish('widget.checked', { clientId, widgetId: widget.id });
    } catch (error) {
      deps.log.error({ event: 'install.finding-failed', widgetId: widget.id, err: error });
    }
  };

  /** Writes what is news of it. */
  const tell = (widget: Widget, origin: string, found: Found[], fine: StoredFault[]) => {
    const newFound = found.filter(({ kind }) => isNews(widget, origin, kind, true));
    const newFine = fine.filter((kind) => isNews(widget, origin, kind, false));
    if (newFound.length + newFine.length === 0) return;
    const work = store(widget, origin, newFound, newFine).finally(() => running.delete(work));
    running.add(work);
  };

  const isTooMany = (key: string) => {
    const minute = Math.floor(nowMs() / 60_000);
    const before = reports.get(key);
    const count = before?.minute === minute ? before.count + 1 : 1;
    reports.set(key, { minute, count });
    return count > reportsPerMinuteMax;
  };

  return {
    shown(widget, headers) {
      const origin = siteAt(headers);
      if (origin === undefined) return;
      tell(widget, origin, [], ['site-not-allowed', 'widget-inactive']);
      if (!strays.solve(origin)) return;
      deps.bus.publish('widget.checked', { clientId: widget.clientId as ClientId, widgetId: widget.id });
    },

    refused(widget, headers) {
      const origin = siteAt(headers);
      if (origin === undefined) return;
      const isAllowed = isSiteAllowed(origin, widget.allowedSites);
      const kind = origin === 'null' ? 'sandboxed' : isAllowed ? 'widget-inactive' : 'site-not-allowed';
      // Where an inactive widget would not be shown anyway, the site is the first thing to be put right.
      tell(widget, origin, [{ kind, detail: null }], []);
    },

    strayed(publicKey, headers) {
      const origin = siteAt(headers);
      if (origin !== undefined && origin !== 'null') strays.note(origin, publicKey);
    },

    isCheckDue(widget, headers) {
      const origin = siteAt(headers);
      if (origin === undefined) return false;
      const key = `${widget.id} ${origin}`;
      const at = nowMs();
      if ((dueAt.get(key) ?? 0) > at) return false;
      dueAt.set(key, at + checkWellMs);
      return true;
    },

    report(widget, headers, { found, fine }) {
      const origin = siteAt(headers);
      if (origin === undefined || !isSiteAllowed(origin, widget.allowedSites)) return;
      const key = `${widget.id} ${origin}`;
      if (isTooMany(key)) return;
      const kinds = new Set<StoredFault>(found.map(({ kind }) => kind));
      tell(
        widget,
        origin,
        found,
        fine.filter((kind) => !kinds.has(kind)),
      );
      dueAt.set(key, nowMs() + (found.length ? checkIllMs : checkWellMs));
    },

    strays: strays.list,

    async settled() {
      await Promise.all(running);
    },
  };
}

interface Found {
  kind: StoredFault;
  detail: string | null;
}
