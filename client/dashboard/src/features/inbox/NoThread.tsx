import { MessagesSquare } from 'lucide-react';
import { Keyboard } from 'react-aria-components/Keyboard';

/** Beside the list while no conversation is open. */
export function NoThread() {
  return (
    <div className="flex h-full w-full flex-col items-center justify-center gap-2 px-6 text-center text-muted">
      <MessagesSquare size={32} aria-hidden className="mb-1" strokeWidth={1.5} />
      <p className="font-medium text-fg">No conversation selected</p>
      <p>
        Choose one from the list, or walk through it with <Key>j</Key> and <Key>k</Key>.
      </p>
    </div>
  );
}

/** A key of the keyboard. */
export function Key({ children }: { children: string }) {
  return (
    <Keyboard className="inline-flex min-w-5 items-center justify-center rounded-md border border-line border-b-2 bg-surface px-1 font-mono text-fg text-xs">
      {children}
    </Keyboard>
  );
}
