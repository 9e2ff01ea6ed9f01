import type { ReactNode } from 'react';
import { cx } from './cx.ts';

const tones = {
  neutral: 'bg-neutral text-muted',
  accent: 'bg-accent-soft text-accent-fg',
  success: 'bg-success-soft text-success-fg',
  warning: 'bg-warning-soft text-warning-fg',
  danger: 'bg-danger-soft text-danger-fg',
  note: 'bg-note-soft text-note-fg',
};

export type BadgeTone = keyof typeof tones;

/** A word in a pill. */
export function Badge({ tone = 'neutral', children }: { tone?: BadgeTone; children: ReactNode }) {
  return (
    <span
      className={cx(
        'inline-flex shrink-0 items-center gap-1 rounded-full px-2 py-px font-medium text-2xs leading-4.5 whitespace-nowrap',
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}
