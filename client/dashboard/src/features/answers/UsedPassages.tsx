import { useQuery } from '@tanstack/react-query';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import type { UsedPassageView } from '../../../../../shared/contracts/answers.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { isProblem, sentenceOf } from '../../lib/problem.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { PassageEditor } from '../knowledge/PassageEditor.tsx';
import { chunkQuery } from '../knowledge/queries.ts';
import { useChunkActions } from '../knowledge/use-chunk-actions.ts';
import { PassageLink } from './PassageLink.tsx';

/** The passages that an answer was made of: those it cites, and behind a fold the others that were found. */
export function UsedPassages({ passages }: { passages: readonly UsedPassageView[] }) {
  const best = Math.max(0, ...passages.map(({ score }) => score));
  const cited = passages.filter((passage) => passage.cited);
  const others = passages.filter((passage) => !passage.cited);
  const list = (some: readonly UsedPassageView[]) => (
    <ol className="flex flex-col gap-2">
      {some.map((passage) => (
        <Passage key={passage.chunkId} passage={passage} share={best > 0 ? passage.score / best : 0} />
      ))}
    </ol>
  );
  return (
    <section aria-labelledby="receipt-passages" className="flex flex-col gap-2">
      <h3 id="receipt-passages" className="font-semibold text-[0.8125rem] text-muted">
        Passages
      </h3>
      {passages.length === 0 && <p className="text-muted">None was used.</p>}
      {cited.length > 0 && list(cited)}
      {others.length > 0 && (
        <details open={cited.length === 0}>
          <summary className="cursor-pointer py-1 text-muted">{others.length} found and not cited</summary>
          <div className="mt-1">{list(others)}</div>
        </details>
      )}
    </section>
  );
}

function Passage({ passage, share }: { passage: UsedPassageView; share: number }) {
  const { may } = useCurrentClient();
  const [isEditing, setIsEditing] = useState(false);
  const [corrected, setCorrected] = useState<string | null>(null);
  const path = passage.titlePath.filter((title) => title !== passage.documentName);
  return (
    <li className="flex flex-col gap-1.5 rounded-xl border border-line bg-surface p-3">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="text-muted text-xs tabular-nums">[{passage.number}]</span>
        <PassageLink
          passage={passage}
          className="min-w-0 break-words font-medium text-accent-fg underline-offset-2 hover:underline"
        />
        {passage.cited && <Badge tone="accent">Cited</Badge>}
        {corrected !== null && <Badge tone="note">Corrected</Badge>}
        <span className="ml-auto flex items-center gap-2 text-muted text-xs">
          <span aria-hidden className="h-1.5 w-14 overflow-hidden rounded-full bg-neutral">
            <span className="block h-full bg-accent" style={{ width: `${Math.round(share * 100)}%` }} />
          </span>
          score <span className="tabular-nums">{passage.score.toFixed(2)}</span>
        </span>
      </div>
      {path.length > 0 && <p className="break-words text-muted text-xs">{path.join(' › ')}</p>}
      {isEditing ? (
        <Correction passage={passage} onSaved={setCorrected} onClose={() => setIsEditing(false)} />
      ) : (
        <p dir="auto" className="whitespace-pre-wrap break-words">
          {corrected ?? passage.text}
        </p>
      )}
      {may('knowledge.correct') && !isEditing && (
        <Button size="small" look="quiet" className="-ml-1.5 self-start" onPress={() => setIsEditing(true)}>
          <Pencil size={13} aria-hidden /> Correct the passage
        </Button>
      )}
    </li>
  );
}

interface CorrectionProps {
  passage: UsedPassageView;
  onSaved: (text: string) => void;
  onClose: () => void;
}

/** Edits the passage as it is now, which may differ from what the answer was made of. */
function Correction({ passage, onSaved, onClose }: CorrectionProps) {
  const { clientId } = useCurrentClient();
  const now = useQuery(chunkQuery(clientId, passage.documentId, passage.chunkId));
  const actions = useChunkActions(passage.chunkId, (chunk) => onSaved(chunk.text));
  if (now.data) {
    return <PassageEditor number={now.data.number} text={now.data.text} onSave={actions.correct} onClose={onClose} />;
  }
  if (isProblem(now.error, 'not-found')) {
    return (
      <Notice tone="note">
        The document was read again or removed since: this passage is not in it any more. Ask again to see what is found
        now.
      </Notice>
    );
  }
  if (now.isError) return <Notice tone="danger">{sentenceOf(now.error)}</Notice>;
  return <Skeleton className="h-20 w-full" />;
}
