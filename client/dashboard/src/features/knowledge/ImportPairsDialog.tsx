import { useMemo, useState } from 'react';
import { limits } from '../../../../../shared/limits.ts';
import { Button } from '../../ui/Button.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { TextAreaField } from '../../ui/TextField.tsx';
import { type Pair, parsePairs } from './parse-pairs.ts';

interface ImportProps {
  onImport: (pairs: Pair[]) => void;
  onClose: () => void;
}

/** Takes pairs out of pasted CSV or cells of a spreadsheet. */
export function ImportPairsDialog({ isOpen, ...props }: ImportProps & { isOpen: boolean }) {
  return (
    <Modal isOpen={isOpen} onClose={props.onClose} title="Import questions and answers" size="medium">
      <ImportForm {...props} />
    </Modal>
  );
}

function ImportForm({ onImport, onClose }: ImportProps) {
  const [text, setText] = useState('');
  const { pairs, incomplete } = useMemo(() => parsePairs(text), [text]);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        // React hands events of a dialog on to the form that the dialog was opened from.
        event.stopPropagation();
        if (pairs.length === 0) return;
        onImport(pairs);
        onClose();
      }}
    >
      <TextAreaField
        label="CSV, or cells copied from a spreadsheet"
        description="The first column is the question, the second the answer. A first row with names is left out."
        placeholder={'Question,Answer\n"When are you open?","Monday to Saturday, from nine to six."'}
        rows={8}
        mono
        autoFocus
        value={text}
        onChange={setText}
      />
      <div role="status" className="flex flex-col gap-2">
        {pairs.length > 0 && (
          <p className="text-muted text-xs">
            {pairs.length === 1 ? 'One pair' : `${pairs.length} pairs`} found; the first asks “{pairs[0]?.question}”.
          </p>
        )}
        {incomplete.length > 0 && (
          <Notice tone="warning">
            {incomplete.length === 1 ? 'One row lacks' : `${incomplete.length} rows lack`} a question or an answer and{' '}
            {incomplete.length === 1 ? 'is' : 'are'} left out: {incomplete.slice(0, 10).join(', ')}
            {incomplete.length > 10 ? ' and more' : ''}.
          </Notice>
        )}
        {pairs.length > limits.documentPairsMax && (
          <Notice tone="warning">
            A document takes {limits.documentPairsMax} pairs. Import these and split them over several documents before
            saving.
          </Notice>
        )}
      </div>
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isDisabled={pairs.length === 0}>
          {pairs.length > 1 ? `Import ${pairs.length} pairs` : 'Import'}
        </Button>
      </div>
    </form>
  );
}
