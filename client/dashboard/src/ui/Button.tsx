import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import { cx } from './cx.ts';
import { Spinner } from './Spinner.tsx';

export type ButtonLook = 'primary' | 'secondary' | 'quiet' | 'danger';

const base =
  'relative inline-flex shrink-0 select-none items-center justify-center gap-1.5 rounded-lg border font-medium whitespace-nowrap transition-colors data-disabled:cursor-not-allowed data-disabled:opacity-50';

const looks: Record<ButtonLook, string> = {
  primary: 'border-transparent bg-accent text-on-accent data-hovered:bg-accent-hover data-pressed:bg-accent-hover',
  secondary: 'border-line bg-raised text-fg shadow-raised data-hovered:bg-hover data-pressed:bg-hover',
  quiet: 'border-transparent text-muted data-hovered:bg-hover data-hovered:text-fg data-pressed:bg-hover',
  danger: 'border-transparent bg-danger text-on-accent data-hovered:brightness-110 data-pressed:brightness-95',
};

const sizes = { small: 'h-7 px-2.5 text-xs', medium: 'h-9 px-3.5 text-sm' };

/** The classes of a button, for links that look like one. */
export function buttonClass(
  look: ButtonLook = 'secondary',
  size: keyof typeof sizes = 'medium',
  more?: string,
): string {
  return cx(base, looks[look], sizes[size], more);
}

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'isPending'> {
  look?: ButtonLook;
  size?: keyof typeof sizes;
  className?: string;
  /** While true it shows a spinner, keeps its width and its focus, and does nothing. */
  isPending?: boolean;
  children: ReactNode;
}

/**
 * A button with a text. React Aria's own pending state is not used: what it announces names an element that is gone
 * when the work is done, which is an error of its own for assistive technology.
 */
export function Button({
  look = 'secondary',
  size = 'medium',
  className,
  children,
  isPending = false,
  ...props
}: ButtonProps) {
  const { onPress, type, ...rest } = props;
  return (
    <AriaButton
      {...rest}
      {...(isPending ? { type: 'button' } : { ...(type && { type }), ...(onPress && { onPress }) })}
      className={buttonClass(look, size, className)}
    >
      <span className={cx('inline-flex items-center gap-1.5', isPending && 'opacity-0')}>{children}</span>
      {isPending && (
        <span className="absolute inset-0 flex items-center justify-center">
          <Spinner label="Working" />
        </span>
      )}
    </AriaButton>
  );
}
