import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ClipboardPaste, Plus } from 'lucide-react';
import { type Dispatch, useMemo, useReducer, useRef, useState } from 'react';
import {
  createDocument,
  type DocumentDetailView,
  type DocumentView,
  updateDocument,
} from '../../../../../shared/contracts/knowledge.ts';
import { limits } from '../../../../../shared/limits.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Button } from '../../ui/Button.tsx';
import { useFault } from '../../ui/faults-context.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { TextAreaField, TextField } from '../../ui/TextField.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { UnsavedGuard } from '../widgets/editor/UnsavedGuard.tsx';
import { applyDocument } from './document-cache.ts';
import { ImportPairsDialog } from './ImportPairsDialog.tsx';
import { PairRow } from './PairRow.tsx';
import { changedPairs, type DraftPair, draftOf, type PairsChange } from './pairs-draft.ts';
import { documentQuery } from './queries.ts';

export type WrittenKind = 'text' | 'qa';

interface WriteFormProps {
  kind: WrittenKind;
  /** The one to change; left out: a new one. */
  document?: DocumentDetailView;
}

const blank = { question: '', answer: '' };

/** Writes a text, or questions with answers, here instead of uploading it. */
export function WriteForm({ kind, document }: WriteFormProps) {
  const { clientId } = useCurrentClient();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(document?.name ?? '');
  const [text, setText] = useState(document?.text ?? '');
  const [first] = useState(() => draftOf(document?.pairs ?? [blank]));
  const [given] = useState({ name, text });
  const [pairs, change] = useReducer(changedPairs, first);
  const isSaved = useRef(false);
  const content = kind === 'text' ? { text } : { pairs: pairs.map(({ question, answer }) => ({ question, answer })) };
  const isDirty = name !== given.name || text !== given.text || pairs !== first;

  const save = useAction(
    async (): Promise<DocumentView> => {
      if (!document) {
        const body = kind === 'text' ? { kind, name, text } : { kind, name, pairs: content.pairs ?? [] };
        return call(createDocument, { params: { clientId }, body });
      }
      const params = { clientId, documentId: document.id };
      const detail = await call(updateDocument, { params, body: { name, ...content } });
      queryClient.setQueryData(documentQuery(clientId, document.id).queryKey, detail);
      const { text: _, pairs: __, ...view } = detail;
      return view;
    },
    (view) => {
      isSaved.current = true;
      applyDocument(queryClient, clientId, view);
      toastDone(`${view.name} is saved and being read.`);
      void navigate({ to: '/c/$clientId/knowledge', params: { clientId }, ignoreBlocker: true });
    },
  );
  return (
    <ServerForm
      faults={save.faults}
      error={save.error}
      pointers={['/name', '/text', '/pairs']}
      onSubmit={() => save.run(undefined)}
    >
      <TextField
        label="Name"
        pointer="/name"
        description="Visitors see it where an answer cites this."
        placeholder={kind === 'text' ? 'Shipping and returns' : 'Frequent questions'}
        maxLength={limits.nameCharsMax}
        autoFocus={!document}
        value={name}
        onChange={setName}
      />
      {kind === 'text' ? (
        <TextAreaField
          label="Text"
          pointer="/text"
          description="Lines that begin with # are headings; they help to find the passages below them."
          rows={16}
          charsMax={limits.documentTextCharsMax}
          value={text}
          onChange={setText}
        />
      ) : (
        <Pairs
          pairs={pairs}
          change={(wish) => {
            // Rows that moved would show the faults of others.
            if (wish.type !== 'edit' && wish.type !== 'add') save.faults.take(null);
            change(wish);
          }}
        />
      )}
      <div className="flex justify-end gap-2">
        <Button onPress={() => void navigate({ to: '/c/$clientId/knowledge', params: { clientId } })}>Cancel</Button>
        <Button type="submit" look="primary" isPending={save.isPending}>
          {document ? 'Save and read again' : 'Save'}
        </Button>
      </div>
      <UnsavedGuard isDirty={isDirty && !isSaved.current} />
    </ServerForm>
  );
}

function Pairs({ pairs, change }: { pairs: readonly DraftPair[]; change: Dispatch<PairsChange> }) {
  const [isImporting, setIsImporting] = useState(false);
  const [addedAt, setAddedAt] = useState(-1);
  const latest = useRef(change);
  latest.current = change;
  const stable = useMemo<Dispatch<PairsChange>>(() => (wish) => latest.current(wish), []);
  const { fault } = useFault('/pairs');
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-muted text-xs">
          A visitor who asks such a question gets its answer as it is written here.{' '}
          <span className="tabular-nums">
            {pairs.length} of at most {limits.documentPairsMax}.
          </span>
        </p>
        <Button size="small" onPress={() => setIsImporting(true)}>
          <ClipboardPaste size={14} aria-hidden /> Import from CSV
        </Button>
      </div>
      {fault !== undefined && <Notice tone="danger">{fault}</Notice>}
      <ol aria-label="Questions and answers" className="flex flex-col gap-3">
        {pairs.map((pair, index) => (
          <PairRow
            key={pair.key}
            pair={pair}
            index={index}
            isLast={index === pairs.length - 1}
            isAlone={pairs.length === 1}
            isNew={index === addedAt}
            change={stable}
          />
        ))}
      </ol>
      <Button
        className="self-start"
        isDisabled={pairs.length >= limits.documentPairsMax}
        onPress={() => {
          setAddedAt(pairs.length);
          change({ type: 'add' });
        }}
      >
        <Plus size={16} aria-hidden /> Add a question
      </Button>
      <ImportPairsDialog
        isOpen={isImporting}
        onClose={() => setIsImporting(false)}
        onImport={(imported) => change({ type: 'import', pairs: imported })}
      />
    </div>
  );
}
