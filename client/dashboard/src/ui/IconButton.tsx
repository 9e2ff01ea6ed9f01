import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip';
import { cx } from './cx.ts';

export interface IconButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'aria-label'> {
  /** The button's name, also shown as its tooltip. */
  label: string;
  size?: 'small' | 'medium';
  className?: string;
  children: ReactNode;
}

/** A button that is an icon, named by a tooltip. */
export function IconButton({ label, size = 'medium', className, children, ...props }: IconButtonProps) {
  return (
    <Tip label={label}>
      <AriaButton
        {...props}
        aria-label={label}
        className={cx(
          'inline-flex shrink-0 items-center justify-center rounded-lg text-muted transition-colors data-disabled:opacity-40 data-hovered:bg-hover data-hovered:text-fg data-pressed:bg-hover',
          size === 'small' ? 'size-7' : 'size-9',
          className,
        )}
      >
        {children}
      </AriaButton>
    </Tip>
  );
}

/** Shows a tooltip on hover and focus of the one focusable React Aria element inside. */
export function Tip({ label, children }: { label: string; children: ReactNode }) {
  return (
    <TooltipTrigger delay={500} closeDelay={100}>
      {children}
      <Tooltip
        offset={6}
        className="max-w-64 rounded-md bg-fg px-2 py-1 text-canvas text-xs shadow-overlay data-entering:animate-enter"
      >
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
