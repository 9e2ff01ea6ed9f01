import { Eye, EyeOff } from 'lucide-react';
import { type Ref, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField as AriaTextField, type TextFieldProps as AriaTextFieldProps } from 'react-aria-components/TextField';
import { cx } from './cx.ts';
import { useFault } from './faults-context.tsx';
import { FieldDescription, FieldFault, FieldLabel, type FieldProps } from './field-parts.tsx';

type BaseProps = FieldProps &
  Omit<AriaTextFieldProps, 'children' | 'className' | 'isInvalid' | 'value' | 'onChange'> & {
    value: string;
    onChange: (value: string) => void;
    className?: string;
    placeholder?: string;
  };

function useWiring({ pointer, onChange }: { pointer?: string | undefined; onChange: (value: string) => void }) {
  const { fault, clear } = useFault(pointer);
  return {
    fault,
    change: (value: string) => {
      clear();
      onChange(value);
    },
  };
}

export interface TextFieldProps extends BaseProps {
  inputRef?: Ref<HTMLInputElement>;
  /** A native time or date input. */
  nativeType?: 'time' | 'datetime-local';
  mono?: boolean;
}

/** A line of text. `type="password"` gets a button that shows it. */
export function TextField(props: TextFieldProps) {
  const { label, description, pointer, hideLabel, className, placeholder, inputRef, nativeType, mono, ...field } =
    props;
  const { fault, change } = useWiring(props);
  const [shown, setShown] = useState(false);
  const isPassword = field.type === 'password';
  return (
    <AriaTextField
      {...field}
      {...(isPassword ? { type: shown ? 'text' : 'password' } : {})}
      onChange={change}
      isInvalid={fault !== undefined}
      className={cx('flex min-w-0 flex-col gap-1', className)}
    >
      <FieldLabel hidden={hideLabel}>{label}</FieldLabel>
      <span className="relative flex">
        <Input
          {...(inputRef ? { ref: inputRef } : {})}
          {...(placeholder ? { placeholder } : {})}
          {...(nativeType ? { type: nativeType } : {})}
          className={cx('field', isPassword && 'pr-10', mono && 'font-mono text-[0.8125rem]')}
        />
        {isPassword && (
          <Button
            slot={null}
            aria-label={shown ? 'Hide password' : 'Show password'}
            onPress={() => setShown(!shown)}
            className="absolute inset-y-1 right-1 flex w-8 items-center justify-center rounded-md text-muted data-hovered:text-fg"
          >
            {shown ? <EyeOff size={16} aria-hidden /> : <Eye size={16} aria-hidden />}
          </Button>
        )}
      </span>
      <FieldDescription>{description}</FieldDescription>
      <FieldFault>{fault}</FieldFault>
    </AriaTextField>
  );
}

export interface TextAreaFieldProps extends BaseProps {
  rows?: number;
  /** Shows how many of at most this many characters are used. */
  charsMax?: number;
  mono?: boolean;
}

/** Several lines of text, growing with them. */
export function TextAreaField(props: TextAreaFieldProps) {
  const { label, description, pointer, hideLabel, className, placeholder, rows = 3, charsMax, mono, ...field } = props;
  const { fault, change } = useWiring(props);
  return (
    <AriaTextField
      {...field}
      onChange={change}
      isInvalid={fault !== undefined}
      className={cx('flex min-w-0 flex-col gap-1', className)}
    >
      <span className="flex items-baseline justify-between gap-2">
        <FieldLabel hidden={hideLabel}>{label}</FieldLabel>
        {charsMax !== undefined && field.value.length > charsMax * 0.6 && (
          <span className={cx('text-xs tabular-nums', field.value.length > charsMax ? 'text-danger-fg' : 'text-muted')}>
            {field.value.length.toLocaleString('en')} of {charsMax.toLocaleString('en')}
          </span>
        )}
      </span>
      <TextArea
        rows={rows}
        // Sized by its content, it would begin with a single line.
        style={{ minHeight: `${rows * 1.27 + 0.9}rem` }}
        {...(placeholder ? { placeholder } : {})}
        className={cx('field field-sizing-content scroll-thin max-h-96', mono && 'font-mono text-[0.8125rem]')}
      />
      <FieldDescription>{description}</FieldDescription>
      <FieldFault>{fault}</FieldFault>
    </AriaTextField>
  );
}
