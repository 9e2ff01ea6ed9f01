import type { Chunk, DocumentPart } from '../../../shared/schema.ts';
import type { ClientStorage } from '../../storage/storage.ts';

const atOnce = 100;

/** All passages of a part, by number ascending. */
export async function chunksOfPart(
  { chunks }: ClientStorage,
  { documentId, number: partNumber }: Pick<DocumentPart, 'documentId' | 'number'>,
): Promise<Chunk[]> {
  const found: Chunk[] = [];
  for (;;) {
    const after = found.at(-1)?.number ?? 0;
    const next = await chunks.list(documentId, { partNumber, after, limit: atOnce });
    found.push(...next);
    if (next.length < atOnce) return found;
  }
}
