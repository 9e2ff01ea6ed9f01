import { useState } from 'react';
import { limits } from '../../../../../shared/limits.ts';
import { Button } from '../../ui/Button.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { TextField } from '../../ui/TextField.tsx';

export interface HandoffDialogProps {
  isOpen: boolean;
  onClose: () => void;
  onRequest: (reason: string | null) => void;
}

/** Puts a conversation among those that wait for a person, with a word for whoever takes it. */
export function HandoffDialog({ isOpen, onClose, onRequest }: HandoffDialogProps) {
  const [reason, setReason] = useState('');
  return (
    <Modal isOpen={isOpen} onClose={onClose} title="Ask a colleague to take over">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          onRequest(reason.trim() === '' ? null : reason.trim());
          setReason('');
          onClose();
        }}
      >
        <TextField
          label="Why (optional)"
          description="The conversation goes among the waiting ones, with this line on top. Visitors do not see it."
          maxLength={limits.handoffReasonCharsMax}
          autoFocus
          value={reason}
          onChange={setReason}
        />
        <div className="flex justify-end gap-2">
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary">
            Ask
          </Button>
        </div>
      </form>
    </Modal>
  );
}
