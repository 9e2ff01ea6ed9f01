import { CloudOff, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { ProblemError, sentenceOf } from '../lib/problem.ts';
import { Button } from './Button.tsx';
import { cx } from './cx.ts';

/** A grey shape where something is about to be. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx('block animate-pulse rounded-md bg-line', className)} />;
}

/** Skeletons as one loading region for screen readers. */
export function Loading({ label, children, className }: { label: string; children: ReactNode; className?: string }) {
  return (
    <div role="status" aria-label={label} className={className}>
      {children}
    </div>
  );
}

export interface EmptyStateProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** The heading's level: 1 where this is the whole screen. */
  level?: 1 | 2;
}

/** What a place without content says, and what to do about it. */
export function EmptyState({ icon, title, children, action, level = 2 }: EmptyStateProps) {
  const Heading = level === 1 ? 'h1' : 'h2';
  return (
    <div className="mx-auto flex max-w-sm flex-col items-center gap-2 px-6 py-12 text-center">
      <span
        aria-hidden
        className="mb-1 flex size-12 items-center justify-center rounded-2xl bg-accent-soft text-accent-fg"
      >
        {icon}
      </span>
      <Heading className="font-semibold">{title}</Heading>
      {children && <div className="text-muted">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}

/** Says why something could not be loaded, with a way to try again. */
export function ErrorState({
  error,
  onRetry,
  title = 'This could not be loaded',
}: {
  error: unknown;
  onRetry?: () => void;
  title?: string;
}) {
  return (
    <div role="alert" className="mx-auto flex max-w-sm flex-col items-center gap-2 px-6 py-12 text-center">
      <span
        aria-hidden
        className="mb-1 flex size-12 items-center justify-center rounded-2xl bg-danger-soft text-danger-fg"
      >
        <CloudOff size={22} />
      </span>
      <h2 className="font-semibold">{title}</h2>
      <p className="text-muted">{sentenceOf(error)}</p>
      {error instanceof ProblemError && error.requestId !== '' && (
        <p className="font-mono text-muted text-xs">Request {error.requestId}</p>
      )}
      {onRetry && (
        <Button onPress={onRetry} className="mt-2">
          <RotateCw size={14} aria-hidden /> Try again
        </Button>
      )}
    </div>
  );
}
