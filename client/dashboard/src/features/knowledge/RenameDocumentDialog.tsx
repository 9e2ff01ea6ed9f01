import { useState } from 'react';
import type { DocumentView } from '../../../../../shared/contracts/knowledge.ts';
import { limits } from '../../../../../shared/limits.ts';
import { Button } from '../../ui/Button.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { useAction } from '../../ui/use-action.ts';
import type { DocumentActions } from './use-document-actions.ts';

interface RenameProps {
  document: DocumentView;
  actions: DocumentActions;
  onClose: () => void;
}

/** Gives a document another name. */
export function RenameDocumentDialog({ isOpen, ...props }: RenameProps & { isOpen: boolean }) {
  return (
    <Modal isOpen={isOpen} onClose={props.onClose} title="Rename the document">
      <RenameForm {...props} />
    </Modal>
  );
}

function RenameForm({ document, actions, onClose }: RenameProps) {
  const [name, setName] = useState(document.name);
  const save = useAction(() => actions.rename(name), onClose);
  return (
    <ServerForm faults={save.faults} error={save.error} pointers={['/name']} onSubmit={() => save.run(undefined)}>
      <TextField
        label="Name"
        pointer="/name"
        description="Visitors see it where an answer cites the document."
        maxLength={limits.nameCharsMax}
        autoFocus
        value={name}
        onChange={setName}
      />
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isPending={save.isPending}>
          Save the name
        </Button>
      </div>
    </ServerForm>
  );
}
