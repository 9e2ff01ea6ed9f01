import { CircleAlert, CircleCheck } from 'lucide-react';
import type { ReceiptView } from '../../../../../shared/contracts/answers.ts';
import { durationText } from './figures.ts';
import { engineNames } from './labels.ts';

/** Each engine that was asked, in order, and why it did not answer. */
export function ReceiptSteps({ steps }: { steps: ReceiptView['steps'] }) {
  if (steps.length === 0) return null;
  return (
    <section aria-labelledby="receipt-steps" className="flex flex-col gap-1.5">
      <h3 id="receipt-steps" className="font-semibold text-[0.8125rem] text-muted">
        Who was asked
      </h3>
      <ol className="flex flex-col gap-1.5">
        {steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: written down once, in this order
          <li key={index} className="flex items-start gap-2">
            {step.failure === null ? (
              <CircleCheck size={16} aria-hidden className="mt-0.5 shrink-0 text-success-fg" />
            ) : (
              <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0 text-danger-fg" />
            )}
            <p className="min-w-0 break-words">
              <span className="font-medium">{engineNames[step.engine]}</span>{' '}
              <span className="text-muted tabular-nums">{durationText(step.durationMs)}</span>
              {step.failure !== null && <span className="block">{step.failure}</span>}
              {step.note !== undefined && <span className="block text-muted">{step.note}</span>}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
