import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { PartView } from '../../../../../shared/contracts/knowledge.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Badge } from '../../ui/Badge.tsx';
import { cx } from '../../ui/cx.ts';
import { Skeleton } from '../../ui/states.tsx';
import { PassageActions } from './PassageActions.tsx';
import { PassageEditor } from './PassageEditor.tsx';
import { chunkQuery } from './queries.ts';
import { useChunkActions } from './use-chunk-actions.ts';

interface PassageProps {
  documentId: string;
  chunk: PartView['chunks'][number];
  /** What the document says there. */
  original: string;
  /** The one that the address names: outlined strongly and brought into sight. */
  isSought: boolean;
}

/** A passage in the text of its part. */
export function Passage({ documentId, chunk, original, isSought }: PassageProps) {
  const { clientId, may } = useCurrentClient();
  const [isEditing, setIsEditing] = useState(false);
  const actions = useChunkActions(chunk.id);
  const own = useQuery({ ...chunkQuery(clientId, documentId, chunk.id), enabled: chunk.edited });
  const text = chunk.edited ? own.data?.text : original;
  const box = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!isSought) return;
    box.current?.scrollIntoView({ block: 'center' });
    box.current?.focus({ preventScroll: true });
  }, [isSought]);
  return (
    <li
      ref={box}
      id={`chunk=${chunk.id}`}
      tabIndex={-1}
      aria-current={isSought ? 'true' : undefined}
      className={cx(
        'group rounded-xl border px-3.5 pt-1.5 pb-3 outline-none',
        isSought ? 'border-accent-fg bg-accent-soft ring-1 ring-accent-fg' : 'border-line bg-surface',
      )}
    >
      <div className="flex min-h-7 items-start gap-2">
        <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-0.5 pt-1">
          <Link
            to="/c/$clientId/knowledge/$documentId"
            params={{ clientId, documentId }}
            search={true}
            hash={`chunk=${chunk.id}`}
            replace
            className="text-muted text-xs tabular-nums hover:text-fg hover:underline"
          >
            Passage {chunk.number}
          </Link>
          {isSought && <span className="font-semibold text-accent-fg text-xs">The one you came for</span>}
          {chunk.edited && <Badge tone="note">Corrected</Badge>}
          {chunk.hidden && <Badge tone="warning">Hidden from answers</Badge>}
        </span>
        {may('knowledge.correct') && !isEditing && text !== undefined && (
          <PassageActions chunk={chunk} actions={actions} onEdit={() => setIsEditing(true)} />
        )}
      </div>
      {text === undefined && <Skeleton className="h-12 w-full" />}
      {text !== undefined && isEditing && (
        <PassageEditor number={chunk.number} text={text} onSave={actions.correct} onClose={() => setIsEditing(false)} />
      )}
      {text !== undefined && !isEditing && (
        <p dir="auto" className={cx('whitespace-pre-wrap break-words', chunk.hidden && 'text-muted line-through')}>
          {text}
        </p>
      )}
      {chunk.edited && !isEditing && (
        <details className="mt-2 text-xs">
          <summary className="cursor-pointer text-muted">What the document says</summary>
          <p dir="auto" className="mt-1 whitespace-pre-wrap break-words text-muted">
            {original}
          </p>
        </details>
      )}
    </li>
  );
}
