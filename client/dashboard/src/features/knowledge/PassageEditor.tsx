import { useState } from 'react';
import { limits } from '../../../../../shared/limits.ts';
import { Button } from '../../ui/Button.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { TextAreaField } from '../../ui/TextField.tsx';
import { useAction } from '../../ui/use-action.ts';

interface PassageEditorProps {
  number: number;
  text: string;
  onSave: (text: string) => Promise<void>;
  onClose: () => void;
}

/** Puts the text of a passage right, in its place. */
export function PassageEditor({ number, text, onSave, onClose }: PassageEditorProps) {
  const [value, setValue] = useState(text);
  const save = useAction(() => onSave(value), onClose);
  return (
    <ServerForm
      faults={save.faults}
      error={save.error}
      pointers={['/text']}
      onSubmit={() => (value === text ? onClose() : save.run(undefined))}
      className="gap-3"
    >
      <TextAreaField
        label={`Text of passage ${number}`}
        pointer="/text"
        description="Answers use it as you leave it here. It stays until the document itself is read again with other content."
        rows={5}
        charsMax={limits.passageCharsMax}
        autoFocus
        value={value}
        onChange={setValue}
      />
      <div className="flex justify-end gap-2">
        <Button size="small" onPress={onClose}>
          Cancel
        </Button>
        <Button size="small" type="submit" look="primary" isPending={save.isPending}>
          Save the passage
        </Button>
      </div>
    </ServerForm>
  );
}
