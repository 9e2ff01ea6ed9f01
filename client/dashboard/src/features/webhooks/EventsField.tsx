import { Check } from 'lucide-react';
import { Checkbox } from 'react-aria-components/Checkbox';
import { CheckboxGroup } from 'react-aria-components/CheckboxGroup';
import { type WebhookEvent, webhookEvents } from '../../../../../shared/webhook-vocabulary.ts';
import { useFault } from '../../ui/faults-context.tsx';
import { FieldDescription, FieldFault, FieldLabel } from '../../ui/field-parts.tsx';
import { eventLabels } from './labels.ts';

/** Of which events a webhook is told. */
export function EventsField({
  value,
  onChange,
}: {
  value: readonly WebhookEvent[];
  onChange: (events: WebhookEvent[]) => void;
}) {
  const { fault, clear } = useFault('/events', { deep: true });
  return (
    <CheckboxGroup
      value={[...value]}
      onChange={(chosen) => {
        clear();
        onChange(webhookEvents.filter((event) => chosen.includes(event)));
      }}
      isInvalid={fault !== undefined}
      className="flex flex-col gap-1"
    >
      <FieldLabel>Events</FieldLabel>
      <FieldDescription>Sent when one of these happens.</FieldDescription>
      <div className="mt-1 grid gap-x-4 gap-y-1 sm:grid-cols-2">
        {webhookEvents.map((event) => (
          <Checkbox
            key={event}
            value={event}
            className="group flex cursor-pointer items-start gap-2.5 rounded-lg px-2 py-1.5 data-hovered:bg-hover"
          >
            <span
              aria-hidden
              className="mt-0.5 flex size-4.5 shrink-0 items-center justify-center rounded-[5px] border border-line-strong text-transparent group-data-focus-visible:outline-2 group-data-focus-visible:outline-accent-fg group-data-focus-visible:outline-offset-2 group-data-selected:border-accent group-data-selected:bg-accent group-data-selected:text-white"
            >
              <Check size={13} strokeWidth={3} />
            </span>
            <span className="min-w-0">
              <span className="block text-[0.8125rem]">{eventLabels[event]}</span>
              <span className="block break-words font-mono text-2xs text-muted">{event}</span>
            </span>
          </Checkbox>
        ))}
      </div>
      <FieldFault>{fault}</FieldFault>
    </CheckboxGroup>
  );
}
