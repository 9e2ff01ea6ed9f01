import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import {
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components/Toast';
import { sentenceOf } from '../lib/problem.ts';

interface Entry {
  text: string;
  tone: 'done' | 'failed';
  action?: { label: string; run: () => void };
}

const queue = new ToastQueue<Entry>({ maxVisibleToasts: 3 });

/** Says that something is done, for 6 s, with a way to take it back where there is one. */
export function toastDone(text: string, undo?: () => void): void {
  queue.add(
    { text, tone: 'done', ...(undo ? { action: { label: 'Undo', run: undo } } : {}) },
    { timeout: undo ? 8_000 : 5_000 },
  );
}

/** Says that something failed and why, for 10 s. */
export function toastFailed(text: string, error: unknown): void {
  queue.add({ text: `${text} ${sentenceOf(error)}`, tone: 'failed' }, { timeout: 10_000 });
}

/** Where the toasts appear; once per page. */
export function Toasts() {
  return (
    <ToastRegion
      queue={queue}
      // At the top of phones and at the lower left elsewhere, where nobody is about to press something.
      className="fixed top-3 right-3 left-3 z-50 flex flex-col gap-2 outline-none md:top-auto md:right-auto md:bottom-4 md:left-22 md:w-96"
    >
      {({ toast }) => (
        <Toast
          toast={toast}
          className="flex w-full animate-enter items-center gap-2.5 rounded-xl border border-line bg-raised py-2 pr-2 pl-3.5 shadow-overlay"
        >
          {toast.content.tone === 'done' ? (
            <CircleCheck size={18} aria-hidden className="shrink-0 text-success-fg" />
          ) : (
            <CircleAlert size={18} aria-hidden className="shrink-0 text-danger-fg" />
          )}
          <ToastContent className="min-w-0 flex-1">
            <Text slot="title">{toast.content.text}</Text>
          </ToastContent>
          {toast.content.action && (
            <Button
              slot={null}
              onPress={() => {
                toast.content.action?.run();
                queue.close(toast.key);
              }}
              className="rounded-md px-2 py-1 font-semibold text-accent-fg data-hovered:bg-accent-soft"
            >
              {toast.content.action.label}
            </Button>
          )}
          <Button
            slot="close"
            aria-label="Dismiss"
            className="flex size-8 items-center justify-center rounded-lg text-muted data-hovered:bg-hover data-hovered:text-fg"
          >
            <X size={16} aria-hidden />
          </Button>
        </Toast>
      )}
    </ToastRegion>
  );
}
