import { Minus, Plus } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { Group } from 'react-aria-components/Group';
import { Input } from 'react-aria-components/Input';
import { NumberField as AriaNumberField } from 'react-aria-components/NumberField';
import { cx } from './cx.ts';
import { useFault } from './faults-context.tsx';
import { FieldDescription, FieldFault, FieldLabel, type FieldProps } from './field-parts.tsx';

export interface NumberFieldProps extends FieldProps {
  value: number;
  onChange: (value: number) => void;
  minValue?: number;
  maxValue?: number;
  step?: number;
  className?: string;
  /** Written behind the number, as in `px`. */
  unit?: string;
}

const stepper =
  'flex w-8 items-center justify-center self-stretch text-muted data-disabled:opacity-40 data-hovered:bg-hover data-hovered:text-fg';

/** A number with steppers; an emptied field keeps the last number. */
export function NumberField(props: NumberFieldProps) {
  const { label, description, pointer, hideLabel, className, onChange, unit, ...field } = props;
  const { fault, clear } = useFault(pointer);
  return (
    <AriaNumberField
      {...field}
      onChange={(value) => {
        if (Number.isNaN(value)) return;
        clear();
        onChange(value);
      }}
      formatOptions={{ useGrouping: false }}
      isInvalid={fault !== undefined}
      className={cx('flex min-w-0 flex-col gap-1', className)}
    >
      <FieldLabel hidden={hideLabel}>{unit ? `${label} (${unit})` : label}</FieldLabel>
      <Group className="flex overflow-hidden rounded-lg border border-line-strong bg-surface data-focus-within:border-accent-fg data-invalid:border-danger-fg data-focus-within:outline data-focus-within:outline-accent-fg">
        <Input className="w-full min-w-0 bg-transparent px-2.5 py-[0.4375rem] tabular-nums outline-none" />
        <Button slot="decrement" className={cx(stepper, 'border-line border-l')}>
          <Minus size={14} aria-hidden />
        </Button>
        <Button slot="increment" className={cx(stepper, 'border-line border-l')}>
          <Plus size={14} aria-hidden />
        </Button>
      </Group>
      <FieldDescription>{description}</FieldDescription>
      <FieldFault>{fault}</FieldFault>
    </AriaNumberField>
  );
}
