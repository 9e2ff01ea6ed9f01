import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { ClientId } from '../../../shared/ids.ts';
import type { Widget } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { isOwnOrigin } from '../../http/own-origin.ts';
import { presentInstall } from './install.presenter.ts';

const restMs = 60_000;
const rememberedMax = 10_000;

/**
 * Notes that a page which may show the widget has asked for it. Never rejects, so that nobody has to wait for it; what
 * goes wrong is logged. Confab's own pages are not noted.
 */
export type NoteInstall = (widget: Widget, headers: IncomingHttpHeaders) => Promise<void>;

/**
 * Writes at most once a minute for each widget and origin, and publishes `widget.seen` for a site that is new or that
 * this process has not told of yet.
 */
export function createNoteInstall(deps: Pick<Deps, 'config' | 'storage' | 'bus' | 'log' | 'now'>): NoteInstall {
  const seen = new LRUCache<string, { at: number; told: boolean }>({ max: rememberedMax });
  return async (widget, headers) => {
    const given = headers.origin;
    if (given === undefined || !URL.canParse(given)) return;
    if (isOwnOrigin(given, headers.host, deps.config.publicUrl)) return;
    const { origin } = new URL(given);
    const key = `${widget.id} ${origin}`;
    const at = deps.now().getTime();
    const last = seen.get(key);
    if (last !== undefined && at - last.at < restMs) return;
    // Kept before the write, so that pages that ask meanwhile, or while the storage fails, do not write as well.
    const entry = { at, told: last?.told ?? false };
    seen.set(key, entry);
    const clientId = widget.clientId as ClientId;
    try {
      const install = await deps.storage.forClient(clientId).installs.note(widget.id, origin);
      const isNew = install.firstSeenAt.getTime() === install.lastSeenAt.getTime();
      if (entry.told && !isNew) return;
      entry.told = true;
      deps.bus.publish('widget.seen', { clientId, widgetId: widget.id, ...presentInstall(install) });
    } catch (error) {
      deps.log.error({ event: 'install.note-failed', widgetId: widget.id, err: error });
    }
  };
}
