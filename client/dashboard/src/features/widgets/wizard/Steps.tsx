import { Check } from 'lucide-react';
import { cx } from '../../../ui/cx.ts';

const steps = ['Name', 'Look', 'Where', 'Tag'] as const;

/** Where in the wizard one is. */
export function Steps({ current }: { current: 0 | 1 | 2 | 3 }) {
  return (
    <ol aria-label="Steps" className="flex items-center gap-2 text-xs">
      {steps.map((step, index) => (
        <li key={step} aria-current={index === current ? 'step' : undefined} className="flex items-center gap-2">
          {index > 0 && <span aria-hidden className="h-px w-4 bg-line-strong sm:w-8" />}
          <span
            className={cx(
              'flex size-5 items-center justify-center rounded-full font-semibold text-2xs',
              index < current && 'bg-accent text-on-accent',
              index === current && 'bg-accent-soft text-accent-fg ring-1 ring-accent-fg',
              index > current && 'bg-sunken text-muted',
            )}
          >
            {index < current ? <Check size={12} aria-hidden /> : index + 1}
          </span>
          <span className={index === current ? 'font-semibold' : 'text-muted max-sm:sr-only'}>
            {step}
            {index < current && <span className="sr-only"> (done)</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
