import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { ClientId } from '../../../shared/ids.ts';
import type { Widget } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { isOwnOrigin } from '../../http/own-origin.ts';
import { presentInstall } from './install.presenter.ts';

const restMs = 60_000;
const rememberedMax = 10_000;
/** Longer than any real one: scheme, a name of 253 characters, port. */
const originCharsMax = 300;

/**
 * Notes that a page which may show the widget has asked for it. Never rejects, so that nobody has to wait for it; what
 * goes wrong is logged. Confab's own pages are not noted.
 */
export interface NoteInstall {
  (widget: Widget, headers: IncomingHttpHeaders): Promise<void>;
  /** Resolves when nothing is on its way into the storage any more. */
  settled(): Promise<void>;
}

/** Writes, and publishes `widget.seen`, at once and then at most once a minute for each widget and origin. */
export function createNoteInstall(deps: Pick<Deps, 'config' | 'storage' | 'bus' | 'log' | 'now'>): NoteInstall {
  const notedAt = new LRUCache<string, number>({ max: rememberedMax });
  const running = new Set<Promise<void>>();

  const store = async (widget: Widget, origin: string) => {
    const clientId = widget.clientId as ClientId;
    try {
      const install = await deps.storage.forClient(clientId).installs.note(widget.id, origin);
      deps.bus.publish('widget.seen', { clientId, widgetId: widget.id, ...presentInstall(install) });
    } catch (error) {
      deps.log.error({ event: 'install.note-failed', widgetId: widget.id, err: error });
    }
  };

  const note = async (widget: Widget, headers: IncomingHttpHeaders) => {
    const given = headers.origin;
    if (given === undefined || given.length > originCharsMax || !URL.canParse(given)) return;
    if (isOwnOrigin(given, headers.host, deps.config.publicUrl)) return;
    const { origin } = new URL(given);
    const key = `${widget.id} ${origin}`;
    const at = deps.now().getTime();
    const before = notedAt.get(key);
    if (before !== undefined && at - before < restMs) return;
    // Kept before the write, so that pages that ask meanwhile, or while the storage fails, do not write as well.
    notedAt.set(key, at);
    const work = store(widget, origin);
    running.add(work);
    await work;
    running.delete(work);
  };

  return Object.assign(note, {
    async settled() {
      await Promise.all(running);
    },
  });
}
