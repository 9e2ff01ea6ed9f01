import { CircleAlert, FileUp, RotateCw, X } from 'lucide-react';
import { Button } from '../../ui/Button.tsx';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { fileSize } from '../inbox/file-size.ts';
import type { UploadEntry } from './upload-queue.ts';
import type { Uploads } from './use-uploads.ts';

/** Files on their way here, and those that were not taken. */
export function UploadTray({ uploads }: { uploads: Uploads }) {
  if (uploads.entries.length === 0) return null;
  return (
    <ul aria-label="Uploads" className="divide-y divide-line rounded-2xl border border-line bg-surface">
      {uploads.entries.map((entry) => (
        <li key={entry.key}>
          <UploadRow
            entry={entry}
            onRetry={() => uploads.retry(entry.key)}
            onRemove={() => uploads.remove(entry.key)}
          />
        </li>
      ))}
    </ul>
  );
}

function UploadRow({ entry, onRetry, onRemove }: { entry: UploadEntry; onRetry: () => void; onRemove: () => void }) {
  const hasFailed = entry.state === 'failed';
  const percent = Math.round(entry.progress * 100);
  return (
    <div className="flex items-center gap-3 px-4 py-2.5">
      {hasFailed ? (
        <CircleAlert size={18} aria-hidden className="shrink-0 text-danger-fg" />
      ) : (
        <FileUp size={18} aria-hidden className="shrink-0 text-muted" />
      )}
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{entry.name}</span>
        {hasFailed ? (
          <span role="alert" className="block text-danger-fg text-xs">
            {entry.reason}
          </span>
        ) : (
          <span className="flex items-center gap-2 text-muted text-xs">
            <span className="shrink-0 tabular-nums">
              {entry.state === 'waiting'
                ? `Waiting to be sent, ${fileSize(entry.sizeBytes)}`
                : `${percent} % of ${fileSize(entry.sizeBytes)}`}
            </span>
            <progress
              aria-label={`Upload of ${entry.name}`}
              max={100}
              value={percent}
              className={cx(
                'h-1 min-w-0 max-w-60 flex-1 appearance-none overflow-hidden rounded-full bg-neutral',
                '[&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-neutral [&::-webkit-progress-value]:bg-accent',
              )}
            />
          </span>
        )}
      </span>
      {hasFailed && entry.mayRetry && (
        <Button size="small" onPress={onRetry} aria-label={`Try again: ${entry.name}`}>
          <RotateCw size={13} aria-hidden /> Try again
        </Button>
      )}
      <IconButton
        label={hasFailed ? `Remove ${entry.name}` : `Cancel the upload of ${entry.name}`}
        size="small"
        onPress={onRemove}
      >
        <X size={15} aria-hidden />
      </IconButton>
    </div>
  );
}
