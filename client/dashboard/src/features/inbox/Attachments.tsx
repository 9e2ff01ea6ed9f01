import { Download, FileText } from 'lucide-react';
import { isShownInPlace } from '../../../../../shared/attachment-types.ts';
import type { AttachmentView } from '../../../../../shared/contracts/attachments.ts';
import { cx } from '../../ui/cx.ts';
import { fileSize } from './file-size.ts';

/** The files of a message: pictures in place, everything else to save; on the right when they are from our side. */
export function Attachments({ attachments, isOurs }: { attachments: readonly AttachmentView[]; isOurs: boolean }) {
  if (attachments.length === 0) return null;
  return (
    <ul className={cx('mt-1 flex max-w-[min(36rem,88%)] flex-wrap gap-1.5', isOurs && 'justify-end')}>
      {attachments.map((attachment) => (
        <li key={attachment.id} className="max-w-full">
          {isShownInPlace(attachment.mediaType) ? <Picture picture={attachment} /> : <FileLink file={attachment} />}
        </li>
      ))}
    </ul>
  );
}

function Picture({ picture }: { picture: AttachmentView }) {
  return (
    <a
      href={picture.url}
      target="_blank"
      rel="noreferrer noopener"
      className="block overflow-hidden rounded-xl border border-line bg-neutral"
    >
      {/* The place is kept before the picture is there, so that the thread does not jump. */}
      <img
        src={picture.url}
        alt={`Picture: ${picture.name}`}
        loading="lazy"
        decoding="async"
        className="h-44 w-auto max-w-72 object-contain"
      />
    </a>
  );
}

function FileLink({ file }: { file: AttachmentView }) {
  return (
    <a
      href={file.url}
      download={file.name}
      className="flex max-w-72 items-center gap-2 rounded-xl border border-line bg-surface px-3 py-2 hover:bg-hover"
    >
      <FileText size={18} aria-hidden className="shrink-0 text-muted" />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium text-[0.8125rem]">{file.name}</span>
        <span className="text-2xs text-muted">{fileSize(file.sizeBytes)}</span>
      </span>
      <Download size={15} aria-hidden className="shrink-0 text-muted" />
    </a>
  );
}
