import type { DocumentView } from '../../../../../shared/contracts/knowledge.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { documentStatusLabels, isBeingRead, percentOf } from './reading.ts';

/** How the reading of a document stands, in a word. */
export function StatusChip({ document }: { document: DocumentView }) {
  const { label, tone } = documentStatusLabels[document.status];
  return (
    <Badge tone={tone}>
      {isBeingRead(document) && document.status !== 'queued' && <Spinner label="Working" size={11} />}
      {label}
    </Badge>
  );
}

/** How far it is, for as long as it is being read. */
export function ReadingBar({ document }: { document: DocumentView }) {
  const percent = percentOf(document);
  return (
    <span className="flex items-center gap-2">
      <progress
        aria-label={`Reading ${document.name}`}
        max={100}
        value={percent}
        className="h-1.5 min-w-0 flex-1 appearance-none overflow-hidden rounded-full bg-neutral [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-neutral [&::-webkit-progress-value]:bg-accent [&::-webkit-progress-value]:transition-[width]"
      />
      <span className="w-9 text-right text-muted text-xs tabular-nums">{percent} %</span>
    </span>
  );
}
