import type { ClientId } from '../../../shared/ids.ts';
import type { Chunk } from '../../../shared/schema.ts';
import { NotFoundError } from '../errors.ts';
import type { ChunksRepository } from '../repositories/chunks.ts';
import type { MemContext } from './mem-context.ts';
import type { MemTransaction } from './mem-database.ts';
import { chunks, documents, passageVectors } from './mem-knowledge-tables.ts';
import { ownedKey } from './mem-values.ts';

export function createChunks({ read, write }: MemContext, clientId: ClientId): ChunksRepository {
  const find = (tx: MemTransaction, id: string) => {
    const chunk = tx.of(chunks).get(ownedKey(clientId, id));
    const document = chunk && tx.of(documents).get(ownedKey(clientId, chunk.documentId));
    return chunk !== undefined && chunk.version === document?.version ? { chunk, document } : undefined;
  };

  return {
    find: (id) => read((tx) => find(tx, id)?.chunk),

    list: (documentId, { partNumber, after = 0, limit }) =>
      read((tx) => {
        const key = ownedKey(clientId, documentId);
        const document = tx.of(documents).get(key);
        if (document === undefined) return [];
        const { version } = document;
        const items: Chunk[] = [];
        for (const chunk of tx.of(chunks).scan('document', key, { beyond: { version, number: after } })) {
          if (chunk.version !== version || items.length === limit) break;
          if (partNumber === undefined || chunk.partNumber === partNumber) items.push(chunk);
        }
        return items;
      }),

    update: (id, { text, hidden }) =>
      write((tx) => {
        const found = find(tx, id);
        if (found === undefined) throw new NotFoundError('chunk');
        const { chunk, document } = found;
        tx.of(documents).lock(document);
        const original = chunk.originalText ?? chunk.text;
        const wanted = text === undefined ? chunk.text : (text ?? original);
        const edited = wanted !== original;
        const changed = tx
          .of(chunks)
          .update(chunk, { text: wanted, originalText: edited ? original : null, edited, hidden });
        const vector = wanted === chunk.text ? undefined : tx.of(passageVectors).get(ownedKey(clientId, chunk.id));
        if (vector !== undefined) tx.of(passageVectors).remove([vector]);
        return changed;
      }),
  };
}
