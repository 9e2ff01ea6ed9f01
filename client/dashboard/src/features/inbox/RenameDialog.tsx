import { useState } from 'react';
import { limits } from '../../../../../shared/limits.ts';
import { Button } from '../../ui/Button.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { TextField } from '../../ui/TextField.tsx';

export interface RenameDialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string | null;
  onRename: (title: string | null) => void;
}

/** Gives a conversation a title of its own, or takes it away. */
export function RenameDialog(props: RenameDialogProps) {
  return (
    <Modal isOpen={props.isOpen} onClose={props.onClose} title="Title of the conversation">
      <RenameForm {...props} />
    </Modal>
  );
}

function RenameForm({ title, onRename, onClose }: RenameDialogProps) {
  const [value, setValue] = useState(title ?? '');
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onRename(value.trim() === '' ? null : value.trim());
        onClose();
      }}
    >
      <TextField
        label="Title"
        description="Seen by your team only. Empty: the visitor’s name."
        value={value}
        onChange={setValue}
        maxLength={limits.titleCharsMax}
        autoFocus
      />
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" look="primary">
          Save title
        </Button>
      </div>
    </form>
  );
}
