import { Check, ChevronsUpDown } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select, SelectValue } from 'react-aria-components/Select';
import { cx } from './cx.ts';
import { useFault } from './faults-context.tsx';
import { FieldDescription, FieldFault, FieldLabel, type FieldProps } from './field-parts.tsx';

export interface Option<Id extends string> {
  id: Id;
  label: string;
  /** A second line in the list. */
  hint?: string;
}

export const popoverClass =
  'min-w-(--trigger-width) overflow-auto scroll-thin rounded-xl border border-line bg-raised p-1 shadow-overlay outline-none data-entering:animate-enter';

export const optionClass =
  'flex items-center gap-2 rounded-lg px-2.5 py-1.5 text-sm outline-none data-disabled:opacity-50 data-focused:bg-hover data-focus-visible:bg-accent-soft';

export interface SelectFieldProps<Id extends string> extends FieldProps {
  value: Id | null;
  onChange: (value: Id) => void;
  options: readonly Option<Id>[];
  isDisabled?: boolean;
  placeholder?: string;
  size?: 'small' | 'medium';
  className?: string;
}

/** One of a few, from a list that opens. */
export function SelectField<Id extends string>(props: SelectFieldProps<Id>) {
  const {
    label,
    description,
    pointer,
    hideLabel,
    value,
    onChange,
    options,
    className,
    size = 'medium',
    ...field
  } = props;
  const { fault, clear } = useFault(pointer);
  return (
    <Select
      {...field}
      value={value}
      onChange={(key) => {
        if (key === null) return;
        clear();
        onChange(String(key) as Id);
      }}
      isInvalid={fault !== undefined}
      className={cx('flex min-w-0 flex-col gap-1', className)}
    >
      <FieldLabel hidden={hideLabel}>{label}</FieldLabel>
      <Button
        className={cx(
          'flex w-full min-w-0 items-center justify-between gap-1.5 rounded-lg border text-left data-disabled:opacity-60 data-hovered:bg-hover',
          size === 'small' ? 'h-8 border-line px-2.5 text-[0.8125rem]' : 'h-9 border-line-strong px-2.5',
          'bg-surface',
          fault !== undefined && 'border-danger-fg',
        )}
      >
        <SelectValue className="truncate data-placeholder:text-muted">
          {({ selectedText, defaultChildren }) => selectedText || defaultChildren}
        </SelectValue>
        <ChevronsUpDown size={14} aria-hidden className="shrink-0 text-muted" />
      </Button>
      <FieldDescription>{description}</FieldDescription>
      <FieldFault>{fault}</FieldFault>
      <Popover className={popoverClass}>
        <ListBox items={options} className="outline-none">
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.label} className={optionClass}>
              {({ isSelected }) => (
                <>
                  <span className="min-w-0 flex-1">
                    <span className="block truncate">{option.label}</span>
                    {option.hint && <span className="block truncate text-muted text-xs">{option.hint}</span>}
                  </span>
                  <Check size={14} aria-hidden className={cx('shrink-0 text-accent-fg', !isSelected && 'invisible')} />
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
