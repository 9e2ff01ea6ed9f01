import type { ClientId } from '../../../shared/ids.ts';
import type { Chunk } from '../../../shared/schema.ts';
import { keptVector } from '../../retrieval/nearest.ts';
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

    withoutVector: (documentId, { model, limit }) =>
      read((tx) => {
        const key = ownedKey(clientId, documentId);
        const document = tx.of(documents).get(key);
        if (document === undefined) return [];
        const items: Chunk[] = [];
        for (const chunk of tx.of(chunks).scan('document', key, { beyond: { version: document.version, number: 0 } })) {
          if (chunk.version !== document.version || items.length === limit) break;
          if (tx.of(passageVectors).get(ownedKey(clientId, chunk.id))?.model !== model) items.push(chunk);
        }
        return items;
      }),

    keepVectors: (model, vectors) =>
      write((tx) => {
        for (const { chunkId, text, values } of vectors) {
          const found = find(tx, chunkId);
          if (found?.chunk.text !== text) continue;
          const { chunk } = found;
          tx.of(chunks).lock(chunk);
          const vector = keptVector(values);
          const before = tx.of(passageVectors).get(ownedKey(clientId, chunk.id));
          if (before) tx.of(passageVectors).update(before, { model, vector });
          else {
            const { documentId } = chunk;
            tx.of(passageVectors).insert({ clientId, documentId, model, chunkId: chunk.id, vector });
          }
        }
      }),
  };
}
