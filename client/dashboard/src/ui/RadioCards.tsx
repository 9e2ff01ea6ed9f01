import type { ReactNode } from 'react';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { cx } from './cx.ts';
import { useFault } from './faults-context.tsx';
import { FieldDescription, FieldFault, FieldLabel, type FieldProps } from './field-parts.tsx';

export interface RadioCard<Id extends string> {
  id: Id;
  label: string;
  hint?: string;
  icon?: ReactNode;
}

export interface RadioCardsProps<Id extends string> extends FieldProps {
  value: Id;
  onChange: (value: Id) => void;
  options: readonly RadioCard<Id>[];
  /** Classes of the grid of cards. */
  gridClassName?: string;
}

/** One of a few, all of them visible, each with room for an explanation. */
export function RadioCards<Id extends string>(props: RadioCardsProps<Id>) {
  const { label, description, pointer, hideLabel, value, onChange, options, gridClassName = 'grid gap-2' } = props;
  const { fault, clear } = useFault(pointer);
  return (
    <RadioGroup
      value={value}
      onChange={(next) => {
        clear();
        onChange(next as Id);
      }}
      isInvalid={fault !== undefined}
      className="flex min-w-0 flex-col gap-1"
    >
      <FieldLabel hidden={hideLabel}>{label}</FieldLabel>
      <FieldDescription>{description}</FieldDescription>
      <div className={gridClassName}>
        {options.map((option) => (
          <Radio
            key={option.id}
            value={option.id}
            className={cx(
              'group flex cursor-pointer items-start gap-2.5 rounded-lg border border-line bg-surface px-3 py-2',
              'data-hovered:bg-hover data-selected:border-accent-fg data-selected:bg-accent-soft',
              'data-focus-visible:outline-2 data-focus-visible:outline-accent-fg data-focus-visible:outline-offset-2',
            )}
          >
            <span
              aria-hidden
              className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface group-data-selected:border-accent-fg"
            >
              <span className="size-2 rounded-full bg-accent-fg opacity-0 group-data-selected:opacity-100" />
            </span>
            <span className="flex min-w-0 flex-col">
              <span className="flex items-center gap-1.5 font-medium">
                {option.icon}
                {option.label}
              </span>
              {option.hint && <span className="text-muted text-xs">{option.hint}</span>}
            </span>
          </Radio>
        ))}
      </div>
      <FieldFault>{fault}</FieldFault>
    </RadioGroup>
  );
}
