import { WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { LinkState, Realtime } from '../../lib/realtime.ts';
import { createStore, useStore } from '../../lib/store.ts';

/** How long a connection may be away before anyone is told. */
const patienceMs = 5_000;

const noLink = createStore<LinkState>({ kind: 'up' });

/** Says that live updates are interrupted, once that has lasted. */
export function ConnectionBanner({ live }: { live: Realtime | null }) {
  const link = useStore(live?.link ?? noLink);
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (link.kind === 'up') return;
    const timer = setTimeout(() => setLate(true), Math.max(0, link.sinceMs + patienceMs - Date.now()));
    return () => clearTimeout(timer);
  }, [link]);
  return (
    <div role="status">
      {late && (
        <p className="flex items-center justify-center gap-2 bg-warning-soft px-3 py-1.5 text-center text-warning-fg text-xs">
          <WifiOff size={14} aria-hidden className="shrink-0" />
          No connection to Confab. Trying again; what you write is kept and sent later.
        </p>
      )}
    </div>
  );
}
