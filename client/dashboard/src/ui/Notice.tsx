import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export type Tone = 'note' | 'success' | 'warning' | 'danger';

const tones: Record<Tone, { className: string; icon: typeof Info }> = {
  note: { className: 'bg-note-soft text-note-fg', icon: Info },
  success: { className: 'bg-success-soft text-success-fg', icon: CircleCheck },
  warning: { className: 'bg-warning-soft text-warning-fg', icon: TriangleAlert },
  danger: { className: 'bg-danger-soft text-danger-fg', icon: CircleAlert },
};

export interface NoticeProps {
  tone: Tone;
  title?: string;
  children?: ReactNode;
  className?: string;
  /** Read out when it appears; on by default for `danger`. */
  isAlert?: boolean;
}

/** A coloured box with an icon in the flow of a page. */
export function Notice({ tone, title, children, className, isAlert = tone === 'danger' }: NoticeProps) {
  const { className: toneClass, icon: Icon } = tones[tone];
  return (
    <div
      {...(isAlert ? { role: 'alert' } : {})}
      className={cx('flex gap-2.5 rounded-lg px-3 py-2.5', toneClass, className)}
    >
      <Icon size={16} aria-hidden className="mt-0.5 shrink-0" />
      <div className="min-w-0 flex-1 text-[0.8125rem]">
        {title && <p className="font-semibold">{title}</p>}
        {children}
      </div>
    </div>
  );
}
