import type { Widget } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { createReadThroughCache } from '../../lib/read-through-cache.ts';
import { StorageUnavailableError } from '../../storage/errors.ts';

export interface WidgetDirectory {
  /**
   * The widget with this public key, whatever its status; undefined when there is none or it is archived. A change made
   * by this process is seen at once, one made by another process after at most 5 seconds; while storage is away it is as
   * it was last. The row is shared by everybody who asks: it must not be changed.
   */
  findByPublicKey(publicKey: string): Promise<Widget | undefined>;
  /** Has the next question about this key asked of storage. */
  invalidate(publicKey: string): void;
}

/** Wide enough for every key there may be; what does not fit is not worth a question to storage. */
const publicKeyForm = /^[\w.-]{1,100}$/;

/** Widgets by the key that a site's tag names: asked for with every page view, so kept in memory for a moment. */
export function createWidgetDirectory(deps: Pick<Deps, 'storage' | 'bus'>): WidgetDirectory {
  const widgets = createReadThroughCache<Widget>({
    load: (publicKey) => deps.storage.directory.findWidgetByPublicKey(publicKey),
    max: 5_000,
    ttlMs: 5_000,
    missTtlMs: 1_000,
    // A page that is opened meanwhile shows its widget, which then waits for storage with what the visitor writes.
    lastWhile: { ms: 60 * 60_000, isAway: (error) => error instanceof StorageUnavailableError },
  });
  deps.bus.subscribe('widget.changed', ({ publicKeys }) => {
    for (const publicKey of publicKeys) widgets.drop(publicKey);
  });
  deps.bus.subscribe('client.removed', ({ clientId }) => widgets.dropWhere((widget) => widget.clientId === clientId));
  return {
    async findByPublicKey(publicKey) {
      return publicKeyForm.test(publicKey) ? widgets.get(publicKey) : undefined;
    },
    invalidate: (publicKey) => widgets.drop(publicKey),
  };
}
