import { CircleAlert, FileText, RotateCw, X } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { limits } from '../../../../../shared/limits.ts';
import { cx } from '../../ui/cx.ts';
import { fileSize } from './file-size.ts';
import type { PendingFile, Uploads } from './use-uploads.ts';

/** The files of the next message, with how far each upload is. */
export function AttachmentTray({ uploads }: { uploads: Uploads }) {
  if (uploads.files.length === 0) return null;
  return (
    <>
      <ul aria-label="Files to send" className="flex flex-wrap gap-1.5 px-3 pt-2.5">
        {uploads.files.map((file) => (
          <li key={file.key} className="max-w-full">
            <Chip file={file} onRetry={() => uploads.retry(file.key)} onRemove={() => uploads.remove(file.key)} />
          </li>
        ))}
      </ul>
      {uploads.surplus > 0 && (
        <p role="alert" className="px-3.5 pt-1.5 text-danger-fg text-xs">
          A message takes {limits.attachmentsPerMessageMax} files; {uploads.surplus}{' '}
          {uploads.surplus === 1 ? 'was' : 'were'} left out.
        </p>
      )}
    </>
  );
}

function Chip({ file, onRetry, onRemove }: { file: PendingFile; onRetry: () => void; onRemove: () => void }) {
  const isRunning = file.attachment === null && file.reason === null;
  const percent = Math.round(file.progress * 100);
  return (
    <div
      className={cx(
        'relative flex max-w-full sm:max-w-72 items-center gap-2 overflow-hidden rounded-lg border py-1 pr-1 pl-2.5 text-xs',
        file.reason === null ? 'border-line bg-canvas' : 'border-danger-fg/50 bg-danger-soft text-danger-fg',
      )}
    >
      {file.reason === null ? (
        <FileText size={14} aria-hidden className="shrink-0 text-muted" />
      ) : (
        <CircleAlert size={14} aria-hidden className="shrink-0" />
      )}
      <span className="min-w-0">
        <span className="block truncate font-medium">{file.name}</span>
        <span role={file.reason === null ? undefined : 'alert'} className={cx(file.reason === null && 'text-muted')}>
          {file.reason ?? (isRunning ? `${percent} % of ${fileSize(file.sizeBytes)}` : fileSize(file.sizeBytes))}
        </span>
      </span>
      {file.reason !== null && file.mayRetry && (
        <Button
          aria-label={`Try again: ${file.name}`}
          onPress={onRetry}
          className="flex shrink-0 items-center gap-1 rounded-md px-1.5 py-1 font-medium data-hovered:bg-hover"
        >
          <RotateCw size={12} aria-hidden /> Try again
        </Button>
      )}
      <Button
        aria-label={isRunning ? `Cancel ${file.name}` : `Remove ${file.name}`}
        onPress={onRemove}
        className="flex size-6 shrink-0 items-center justify-center rounded-md data-hovered:bg-hover"
      >
        <X size={13} aria-hidden />
      </Button>
      {isRunning && (
        <progress
          aria-label={`Upload of ${file.name}`}
          max={100}
          value={percent}
          className="absolute inset-x-0 bottom-0 h-0.5 w-full appearance-none [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-transparent [&::-webkit-progress-value]:bg-accent"
        />
      )}
    </div>
  );
}
