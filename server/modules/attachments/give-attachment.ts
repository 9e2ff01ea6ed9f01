import { isShownInPlace } from '../../../shared/attachment-types.ts';
import type { Attachment } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import { Reply } from '../../http/route.ts';

/**
 * The bytes of a file, in a way in which they can do no harm: as what they are, apart from our origin, and to be saved
 * unless they are an image.
 * @throws HttpProblem `not-found` when the bytes are not in the store
 */
export async function giveAttachment(
  { files, log }: Pick<Deps, 'files' | 'log'>,
  { id, name, mediaType, sizeBytes, storageKey }: Attachment,
  cacheControl: string,
): Promise<Reply<undefined>> {
  const bytes = await files.open(storageKey);
  if (!bytes) {
    log.error({ event: 'attachment.lost', attachmentId: id });
    throw new HttpProblem('not-found', 'The file is not in the store any more.');
  }
  const disposition = isShownInPlace(mediaType) ? 'inline' : 'attachment';
  return new Reply({
    bytes,
    headers: {
      'Content-Type': mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType,
      'Content-Length': String(sizeBytes),
      'Content-Disposition': `${disposition}; ${fileNameParameters(name)}`,
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': cacheControl,
      ETag: `"${id}"`,
    },
  });
}

/** Parameters of Content-Disposition (RFC 6266): the name for those who read RFC 8187, and one of plain letters for the rest. */
export function fileNameParameters(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["\\%]/gu, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `filename="${plain}"; filename*=UTF-8''${encoded}`;
}
