import type { KnowledgeDocument } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import { Reply } from '../../http/route.ts';
import { fileNameParameters } from '../attachments/give-attachment.ts';

/**
 * The bytes of an uploaded file, to be saved: whatever is in it, no browser runs it.
 * @throws HttpProblem `not-found` for a document that is no file, or when the bytes are not in the store
 */
export async function giveDocumentFile(
  { files, log }: Pick<Deps, 'files' | 'log'>,
  { id, name, sizeBytes, storageKey, mediaType }: KnowledgeDocument,
): Promise<Reply<undefined>> {
  if (storageKey === null) throw new HttpProblem('not-found', 'This document is no uploaded file.');
  const bytes = await files.open(storageKey);
  if (!bytes) {
    log.error({ event: 'document.file-lost', documentId: id });
    throw new HttpProblem('not-found', 'The file is not in the store any more.');
  }
  return new Reply({
    bytes,
    headers: {
      'Content-Type': mediaType ?? 'application/octet-stream',
      'Content-Length': String(sizeBytes),
      'Content-Disposition': `attachment; ${fileNameParameters(name)}`,
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': 'private, no-cache',
    },
  });
}
