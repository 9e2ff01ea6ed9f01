import { RotateCw } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { WidgetConfigView } from '../../../../../shared/contracts/visitor.ts';
import { Button } from '../../ui/Button.tsx';
import { cx } from '../../ui/cx.ts';
import { Skeleton } from '../../ui/states.tsx';

/** How long the frame may take to say that it is there. */
const patienceMs = 10_000;

/**
 * The real widget in a frame, with settings that are not saved yet. The frame says when it is ready and then takes a
 * configuration by message, as often as it changes; both sides mind the origin.
 */
export function Preview({
  publicKey,
  config,
  className,
}: {
  publicKey: string;
  config: WidgetConfigView;
  className?: string;
}) {
  const [attempt, setAttempt] = useState(0);
  return (
    <div className={cx('flex min-h-0 flex-col overflow-hidden rounded-2xl border border-line bg-surface', className)}>
      <p className="flex items-center gap-1.5 border-line border-b px-4 py-2 text-muted text-xs">
        <span aria-hidden className="size-1.5 rounded-full bg-success-fg" />
        Live preview, with what you have not saved yet
      </p>
      <Frame
        key={`${publicKey}-${attempt}`}
        publicKey={publicKey}
        config={config}
        onRetry={() => setAttempt(attempt + 1)}
      />
    </div>
  );
}

function Frame({ publicKey, config, onRetry }: { publicKey: string; config: WidgetConfigView; onRetry: () => void }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [state, setState] = useState<'loading' | 'ready' | 'silent'>('loading');
  const latest = useRef(config);
  latest.current = config;

  useEffect(() => {
    const send = () =>
      frame.current?.contentWindow?.postMessage(
        { type: 'confab:preview', config: latest.current },
        window.location.origin,
      );
    const onMessage = (event: MessageEvent<unknown>) => {
      if (event.origin !== window.location.origin || event.source !== frame.current?.contentWindow) return;
      if (typeof event.data !== 'object' || event.data === null || !('type' in event.data)) return;
      if (event.data.type !== 'confab:preview-ready') return;
      setState('ready');
      send();
    };
    window.addEventListener('message', onMessage);
    const timer = setTimeout(() => setState((now) => (now === 'loading' ? 'silent' : now)), patienceMs);
    return () => {
      window.removeEventListener('message', onMessage);
      clearTimeout(timer);
    };
  }, []);

  useEffect(() => {
    if (state !== 'ready') return;
    frame.current?.contentWindow?.postMessage({ type: 'confab:preview', config }, window.location.origin);
  }, [config, state]);

  return (
    <div className="relative min-h-0 flex-1 bg-sunken">
      <iframe
        ref={frame}
        title="Preview of the widget"
        src={`/frame/${encodeURIComponent(publicKey)}?preview=1`}
        className={cx('h-full w-full border-0', state !== 'ready' && 'invisible')}
      />
      {state === 'loading' && (
        <div className="absolute inset-0 flex flex-col gap-3 p-4">
          <Skeleton className="h-12 w-full" />
          <Skeleton className="h-10 w-3/4" />
        </div>
      )}
      {state === 'silent' && (
        <div
          role="status"
          className="absolute inset-0 flex flex-col items-center justify-center gap-3 p-6 text-center text-muted"
        >
          The preview does not answer.
          <Button size="small" onPress={onRetry}>
            <RotateCw size={14} aria-hidden /> Load it again
          </Button>
        </div>
      )}
    </div>
  );
}
