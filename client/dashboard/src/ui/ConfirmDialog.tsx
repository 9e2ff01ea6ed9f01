import { type ReactNode, useState } from 'react';
import { sentenceOf } from '../lib/problem.ts';
import { Button } from './Button.tsx';
import { Modal } from './Modal.tsx';
import { Notice } from './Notice.tsx';
import { TextField } from './TextField.tsx';

export interface ConfirmDialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  confirmLabel: string;
  cancelLabel?: string;
  look?: 'primary' | 'danger';
  /** A text the person must type first. */
  repeat?: { label: string; text: string };
  /** Runs on confirmation; the dialog closes when it succeeds and says why when it fails. */
  onConfirm: () => Promise<unknown> | unknown;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Modal isOpen={props.isOpen} onClose={props.onClose} title={props.title} role="alertdialog">
      <ConfirmBody {...props} />
    </Modal>
  );
}

function ConfirmBody(props: ConfirmDialogProps) {
  const { onClose, children, confirmLabel, cancelLabel = 'Cancel', look = 'danger', repeat, onConfirm } = props;
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [typed, setTyped] = useState('');
  const confirm = async () => {
    setPending(true);
    setFailure(null);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setFailure(error);
      setPending(false);
    }
  };
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        // React hands events of a dialog on to the form that the dialog was opened from.
        event.stopPropagation();
        void confirm();
      }}
    >
      <div className="text-muted">{children}</div>
      {repeat && <TextField label={repeat.label} value={typed} onChange={setTyped} autoFocus autoComplete="off" />}
      {failure !== null && <Notice tone="danger">{sentenceOf(failure)}</Notice>}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onPress={onClose} autoFocus={!repeat}>
          {cancelLabel}
        </Button>
        <Button
          look={look}
          type="submit"
          isPending={pending}
          isDisabled={repeat !== undefined && typed !== repeat.text}
        >
          {confirmLabel}
        </Button>
      </div>
    </form>
  );
}
