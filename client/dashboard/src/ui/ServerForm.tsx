import type { ReactNode } from 'react';
import { Form } from 'react-aria-components/Form';
import { sentencesBeside } from '../lib/faults.ts';
import { cx } from './cx.ts';
import { FaultsProvider, type FaultsState } from './faults-context.tsx';
import { Notice } from './Notice.tsx';

export interface ServerFormProps {
  faults: FaultsState;
  /** The last error answer, or null. */
  error: unknown;
  /** Pointers of the fields in the form; faults elsewhere are listed above them. */
  pointers: readonly string[];
  onSubmit: () => void;
  children: ReactNode;
  className?: string;
}

/** A form whose input the server judges: its faults appear at the fields, the rest above them. */
export function ServerForm({ faults, error, pointers, onSubmit, children, className }: ServerFormProps) {
  const beside = error === null || error === undefined ? [] : sentencesBeside(error, pointers);
  return (
    <FaultsProvider state={faults}>
      <Form
        validationBehavior="aria"
        className={cx('flex flex-col gap-4', className)}
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {beside.length > 0 && (
          <Notice tone="danger">
            {beside.map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
          </Notice>
        )}
        {children}
      </Form>
    </FaultsProvider>
  );
}
