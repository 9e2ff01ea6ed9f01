import type { ClientId } from '../../../shared/ids.ts';
import type { Chunk } from '../../../shared/schema.ts';
import type { MemTransaction } from './mem-database.ts';

/**
 * Makes chunks findable when the transaction commits: called with the chunks of a version when it is published, and
 * with a chunk whose text was put right or which is shown again. `language` is the document's, null when not known.
 */
export function indexPassages(
  _tx: MemTransaction,
  _clientId: ClientId,
  _chunks: readonly Chunk[],
  _language: string | null,
): void {}

/** Takes chunks out of what is found when the transaction commits: all of a document, or the ones named. */
export function unindexPassages(
  _tx: MemTransaction,
  _clientId: ClientId,
  _which: { documentId: string } | { chunkIds: readonly string[] },
): void {}
