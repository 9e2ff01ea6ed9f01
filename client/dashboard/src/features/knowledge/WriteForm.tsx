import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ClipboardPaste, Plus } from 'lucide-react';
import { type Dispatch, memo, useCallback, useLayoutEffect, useReducer, useRef, useState } from 'react';
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

interface Draft {
  name: string;
  text: string;
  pairs: readonly DraftPair[];
}

/**
 * Writes a text, or questions with answers, here instead of uploading it. What is typed is kept below the form: the form
 * draws all its fields anew whenever it is drawn itself, and of these there may be a thousand.
 */
export function WriteForm({ kind, document }: WriteFormProps) {
  const { clientId } = useCurrentClient();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [first] = useState(() => draftOfDocument(document));
  const draft = useRef(first);
  const [isDirty, setIsDirty] = useState(false);

  const save = useAction(
    async (): Promise<DocumentView> => {
      const { name, text } = draft.current;
      const pairs = draft.current.pairs.map(({ question, answer }) => ({ question, answer }));
      if (!document) {
        const body = kind === 'text' ? { kind, name, text } : { kind, name, pairs };
        return call(createDocument, { params: { clientId }, body });
      }
      const params = { clientId, documentId: document.id };
      const body = { name, ...(kind === 'text' ? { text } : { pairs }) };
      const detail = await call(updateDocument, { params, body });
      queryClient.setQueryData(documentQuery(clientId, document.id).queryKey, detail);
      const { text: _, pairs: __, ...view } = detail;
      return view;
    },
    (view) => {
      applyDocument(queryClient, clientId, view);
      toastDone(`${view.name} is saved and being read.`);
      void navigate({ to: '/c/$clientId/knowledge', params: { clientId }, ignoreBlocker: true });
    },
  );
  const { take } = save.faults;
  const onDraft = useCallback(
    (next: Draft) => {
      draft.current = next;
      setIsDirty(next.name !== first.name || next.text !== first.text || next.pairs !== first.pairs);
    },
    [first],
  );
  // Rows that moved would show the faults of others.
  const onMoved = useCallback(() => void take(null), [take]);
  return (
    <ServerForm
      faults={save.faults}
      error={save.error}
      pointers={['/name', '/text', '/pairs']}
      onSubmit={() => save.run(undefined)}
    >
      <Fields kind={kind} first={first} isNew={!document} onDraft={onDraft} onMoved={onMoved} />
      <div className="flex justify-end gap-2">
        <Button onPress={() => void navigate({ to: '/c/$clientId/knowledge', params: { clientId } })}>Cancel</Button>
        <Button type="submit" look="primary" isPending={save.isPending}>
          {document ? 'Save and read again' : 'Save'}
        </Button>
      </div>
      <UnsavedGuard isDirty={isDirty} />
    </ServerForm>
  );
}

function draftOfDocument(document: DocumentDetailView | undefined): Draft {
  return { name: document?.name ?? '', text: document?.text ?? '', pairs: draftOf(document?.pairs ?? [blank]) };
}

interface FieldsProps {
  kind: WrittenKind;
  first: Draft;
  isNew: boolean;
  onDraft: (draft: Draft) => void;
  onMoved: () => void;
}

const Fields = memo(function Fields({ kind, first, isNew, onDraft, onMoved }: FieldsProps) {
  const [name, setName] = useState(first.name);
  const [text, setText] = useState(first.text);
  const [pairs, change] = useReducer(changedPairs, first.pairs);
  useLayoutEffect(() => onDraft({ name, text, pairs }), [name, text, pairs, onDraft]);
  const changePairs = useCallback(
    (wish: PairsChange) => {
      if (wish.type !== 'edit' && wish.type !== 'add') onMoved();
      change(wish);
    },
    [onMoved],
  );
  return (
    <>
      <TextField
        label="Name"
        pointer="/name"
        description="Visitors see it where an answer cites this."
        placeholder={kind === 'text' ? 'Shipping and returns' : 'Frequent questions'}
        maxLength={limits.nameCharsMax}
        autoFocus={isNew}
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
        <Pairs pairs={pairs} change={changePairs} />
      )}
    </>
  );
});

function Pairs({ pairs, change }: { pairs: readonly DraftPair[]; change: Dispatch<PairsChange> }) {
  const [isImporting, setIsImporting] = useState(false);
  const [addedAt, setAddedAt] = useState(-1);
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
            change={change}
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
