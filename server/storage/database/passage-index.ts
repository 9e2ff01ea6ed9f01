import type { ClientId } from '../../../shared/ids.ts';
import type { Chunk } from '../../../shared/schema.ts';
import type { Db } from './handle.ts';

/**
 * Makes chunks findable, in the transaction `db` is in: called with the chunks of a version when it is published, and
 * with a chunk whose text was put right or which is shown again. `language` is the document's, null when not known.
 */
export async function indexPassages(
  _db: Db,
  _clientId: ClientId,
  _chunks: readonly Chunk[],
  _language: string | null,
): Promise<void> {}

/** Takes chunks out of what is found, in the transaction `db` is in: all of a document, or the ones named. */
export async function unindexPassages(
  _db: Db,
  _clientId: ClientId,
  _which: { documentId: string } | { chunkIds: readonly string[] },
): Promise<void> {}
