import type { ReactNode } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';

/** What every field has around its control. `pointer` is where the server's faults of this field point. */
export interface FieldProps {
  label: string;
  description?: ReactNode;
  pointer?: string;
  /** The label is read out but not drawn. */
  hideLabel?: boolean;
}

export function FieldLabel({ children, hidden = false }: { children: ReactNode; hidden?: boolean | undefined }) {
  return <Label className={hidden ? 'sr-only' : 'font-medium text-[0.8125rem]'}>{children}</Label>;
}

export function FieldDescription({ children }: { children?: ReactNode }) {
  if (children === undefined) return null;
  return (
    <Text slot="description" className="text-muted text-xs">
      {children}
    </Text>
  );
}

export function FieldFault({ children }: { children: string | undefined }) {
  return <FieldError className="text-danger-fg text-xs">{children ?? null}</FieldError>;
}
