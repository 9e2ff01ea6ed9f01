import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { ChunkView, PassageHitView } from '../../../../../shared/contracts/knowledge.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Badge } from '../../ui/Badge.tsx';
import { cx } from '../../ui/cx.ts';
import { findWords } from './find-words.ts';
import { PassageActions } from './PassageActions.tsx';
import { PassageEditor } from './PassageEditor.tsx';
import { useChunkActions } from './use-chunk-actions.ts';

interface HitCardProps {
  hit: PassageHitView;
  rank: number;
  /** Its place in the answer before this one; undefined: there was none, null: it was not in it. */
  rankBefore: number | null | undefined;
  bestScore: number;
  onChanged: (chunk: ChunkView) => void;
}

/** A passage that was found, with its score and why. */
export function HitCard({ hit, rank, rankBefore, bestScore, onChanged }: HitCardProps) {
  const { clientId, may } = useCurrentClient();
  const { chunk } = hit;
  const [isEditing, setIsEditing] = useState(false);
  const actions = useChunkActions(chunk.id, onChanged);
  const found = useMemo(
    () =>
      findWords(
        chunk.text,
        hit.matches.map(({ term }) => term),
      ),
    [chunk.text, hit.matches],
  );
  const path = chunk.titlePath.filter((title) => title !== hit.documentName);
  const share = bestScore > 0 ? Math.round((hit.score / bestScore) * 100) : 0;
  return (
    <li className="flex flex-col gap-2 rounded-2xl border border-line bg-surface p-4">
      <div className="flex items-start gap-2.5">
        <span className="flex size-6 shrink-0 items-center justify-center rounded-full bg-neutral font-semibold text-xs tabular-nums">
          {rank}
        </span>
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
            <Link
              to="/c/$clientId/knowledge/$documentId"
              params={{ clientId, documentId: chunk.documentId }}
              hash={`chunk=${chunk.id}`}
              className="min-w-0 break-words font-medium text-accent-fg underline-offset-2 hover:underline"
            >
              {hit.documentName}
              {chunk.page !== null && `, page ${chunk.page}`}
            </Link>
            <Moved rank={rank} before={rankBefore} />
            {chunk.edited && <Badge tone="note">Corrected</Badge>}
            {chunk.hidden && <Badge tone="warning">Hidden from answers</Badge>}
          </p>
          {path.length > 0 && <p className="break-words text-muted text-xs">{path.join(' › ')}</p>}
        </div>
        {may('knowledge.correct') && !isEditing && (
          <PassageActions chunk={chunk} actions={actions} onEdit={() => setIsEditing(true)} />
        )}
      </div>
      {isEditing ? (
        <PassageEditor
          number={chunk.number}
          text={chunk.text}
          onSave={actions.correct}
          onClose={() => setIsEditing(false)}
        />
      ) : (
        <p dir="auto" className={cx('whitespace-pre-wrap break-words', chunk.hidden && 'text-muted line-through')}>
          {found.map((part, index) =>
            part.isFound ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text, in its order
              <mark key={index} className="rounded-sm bg-warning-soft px-0.5 font-medium text-warning-fg">
                {part.text}
              </mark>
            ) : (
              part.text
            ),
          )}
        </p>
      )}
      <Why hit={hit} share={share} />
    </li>
  );
}

function Moved({ rank, before }: { rank: number; before: number | null | undefined }) {
  if (before === undefined || before === rank) return null;
  if (before === null) return <Badge tone="accent">New here</Badge>;
  return <Badge tone={before > rank ? 'success' : 'neutral'}>Was number {before}</Badge>;
}

const places = { title: 'in the titles', text: '', both: 'in titles and text' };

function Why({ hit: { score, matches, nearness }, share }: { hit: PassageHitView; share: number }) {
  const whole = matches.reduce((sum, { weight }) => sum + weight, 0);
  const ordered = [...matches].sort((a, b) => b.weight - a.weight);
  return (
    <div className="flex flex-col gap-1.5 border-line border-t pt-2 text-xs">
      <p className="flex items-center gap-2 text-muted">
        <span className="shrink-0">
          Score <span className="font-medium text-fg tabular-nums">{score.toFixed(2)}</span>
        </span>
        <span aria-hidden className="h-1.5 w-24 overflow-hidden rounded-full bg-neutral">
          <span className="block h-full bg-accent" style={{ width: `${share}%` }} />
        </span>
        <span>{share} % of the best</span>
      </p>
      {nearness !== undefined && (
        <p>
          <span className="rounded-md bg-note-soft px-1.5 py-0.5 font-medium text-note-fg">By meaning</span>{' '}
          <span className="text-muted tabular-nums">
            {Math.round(nearness * 100)} % alike{matches.length === 0 && '; none of the words'}
          </span>
        </p>
      )}
      {ordered.length > 0 && (
        <ul aria-label="Why it was found" className="flex flex-wrap gap-1.5">
          {ordered.map(({ term, weight, where }) => (
            <li key={term} className="rounded-md bg-neutral px-1.5 py-0.5">
              <span className="font-mono">{term}</span>{' '}
              <span className="text-muted tabular-nums">
                {whole > 0 ? `${Math.round((weight / whole) * 100)} %` : ''} {places[where]}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
