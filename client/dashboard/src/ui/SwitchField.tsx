import type { ReactNode } from 'react';
import { Switch } from 'react-aria-components/Switch';
import { cx } from './cx.ts';

export interface SwitchFieldProps {
  label: string;
  description?: ReactNode;
  value: boolean;
  onChange: (value: boolean) => void;
  isDisabled?: boolean;
  className?: string;
}

/** On or off, effective as part of its form. */
export function SwitchField({ label, description, value, onChange, isDisabled = false, className }: SwitchFieldProps) {
  return (
    <Switch
      isSelected={value}
      onChange={onChange}
      isDisabled={isDisabled}
      className={cx('group flex cursor-pointer items-start gap-3 data-disabled:opacity-60', className)}
    >
      <span
        aria-hidden
        className="mt-0.5 flex h-5 w-9 shrink-0 items-center rounded-full bg-line-strong p-0.5 transition-colors group-data-focus-visible:outline-2 group-data-focus-visible:outline-accent-fg group-data-focus-visible:outline-offset-2 group-data-selected:bg-accent"
      >
        <span className="size-4 rounded-full bg-white shadow transition-transform group-data-selected:translate-x-4" />
      </span>
      <span className="flex flex-col">
        <span className="font-medium">{label}</span>
        {description !== undefined && <span className="text-muted text-xs">{description}</span>}
      </span>
    </Switch>
  );
}
