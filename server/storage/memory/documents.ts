import type { ClientId } from '../../../shared/ids.ts';
import type { Chunk, KnowledgeDocument } from '../../../shared/schema.ts';
import { keptVector } from '../../retrieval/nearest.ts';
import { decodeInstantCursor, encodeInstantCursor } from '../cursor.ts';
import { NotFoundError } from '../errors.ts';
import type { DocumentsRepository } from '../repositories/documents.ts';
import { jobKey, jobs } from './mem-answer-tables.ts';
import type { MemContext } from './mem-context.ts';
import type { MemTransaction } from './mem-database.ts';
import { chunks, documentParts, documents, partKey, passageVectors } from './mem-knowledge-tables.ts';
import { takePage } from './mem-page.ts';
import { catchUpPassages, preparePassages } from './mem-passage-index.ts';
import { given, idOf, idOrNull, ownedKey } from './mem-values.ts';

export function createDocuments({ env, read, write }: MemContext, clientId: ClientId): DocumentsRepository {
  const find = (tx: MemTransaction, id: string) => tx.of(documents).get(ownedKey(clientId, id));

  const wanted = (tx: MemTransaction, id: string): KnowledgeDocument => {
    const document = find(tx, id);
    if (document === undefined) throw new NotFoundError('document');
    return document;
  };

  /** The document, when this version of it is being built. */
  const building = (tx: MemTransaction, id: string, version: number): KnowledgeDocument => {
    const document = wanted(tx, id);
    if (document.begunVersion !== version || document.version === version) throw new NotFoundError('document');
    return document;
  };

  /** Leaves nothing but the parts and chunks of one version. */
  const keepOnly = (tx: MemTransaction, document: KnowledgeDocument, version: number) => {
    const key = ownedKey(clientId, document.id);
    const isOther = (row: { version: number }) => row.version !== version;
    tx.of(chunks).remove([...tx.of(chunks).scan('document', key)].filter(isOther));
    tx.of(documentParts).remove([...tx.of(documentParts).scan('document', key)].filter(isOther));
  };

  return {
    create: (input) =>
      write((tx) => {
        const now = env.now();
        return tx.of(documents).insert({
          clientId,
          id: env.newId(),
          kind: input.kind,
          name: input.name,
          url: input.url ?? null,
          mediaType: input.mediaType ?? null,
          sizeBytes: input.sizeBytes ?? null,
          storageKey: input.storageKey ?? null,
          content: input.content ?? null,
          crawl: input.crawl ?? null,
          language: null,
          status: 'queued',
          statusReason: null,
          progress: 0,
          version: 0,
          begunVersion: 0,
          pageCount: 0,
          wordCount: 0,
          chunkCount: 0,
          createdBy: idOrNull(input.createdBy),
          createdAt: now,
          updatedAt: now,
          processedAt: null,
        });
      }),

    find: (id) => read((tx) => find(tx, id)),

    list: ({ limit, cursor }) =>
      read((tx) => {
        const position = cursor === undefined ? undefined : decodeInstantCursor(cursor);
        const beyond = position && { createdAt: position.at, id: position.id };
        const rows = tx.of(documents).scan('client', clientId, { descending: true, beyond });
        return takePage(rows, limit, ({ createdAt, id }) => encodeInstantCursor({ at: createdAt, id }));
      }),

    update: (id, { name, url, mediaType, sizeBytes, content, crawl, status, statusReason, progress }) =>
      write((tx) => {
        const document = wanted(tx, id);
        const fields = given({ name, url, mediaType, sizeBytes, content, crawl, status, statusReason });
        const isSeen = Object.keys(fields).length > 0;
        return tx.of(documents).update(document, { ...fields, progress, ...(isSeen && { updatedAt: env.now() }) });
      }),

    remove: (id) =>
      write((tx) => {
        const document = wanted(tx, id);
        const job = tx.of(jobs).get(jobKey({ clientId, kind: 'ingest', subjectId: document.id }));
        if (job !== undefined) tx.of(jobs).remove([job]);
        tx.of(documents).remove([document]);
        return document;
      }),

    beginVersion: (id) =>
      write((tx) => {
        const document = wanted(tx, id);
        keepOnly(tx, document, document.version);
        return tx.of(documents).update(document, { begunVersion: document.begunVersion + 1 }).begunVersion;
      }),

    stage: async (id, version, content) => {
      const staged: Chunk[] = [];
      let committed: MemTransaction | undefined;
      await write((tx) => {
        committed = tx;
        const document = building(tx, id, version);
        tx.of(documents).lock(document);
        const within = { clientId, documentId: document.id, version };
        for (const { number, title, page, url, text } of content.parts ?? []) {
          tx.of(documentParts).insert({ ...within, number, title, page, url, text });
        }
        for (const { number, partNumber, page, url, titlePath, start, end, text } of content.chunks ?? []) {
          const place = { number, partNumber, page, url, titlePath, start, end };
          const asRead = { text, originalText: null, edited: false, hidden: false };
          staged.push(tx.of(chunks).insert({ ...within, id: env.newId(), ...place, ...asRead }));
        }
      });
      if (content.language !== undefined) await preparePassages(committed!, staged, content.language);
    },

    stageVectors: (id, version, model, vectors) =>
      write((tx) => {
        const document = building(tx, id, version);
        tx.of(documents).lock(document);
        const byNumber = new Map(vectors.map(({ number, values }) => [number, values]));
        const within = { clientId, documentId: document.id, model };
        for (const chunk of tx.of(chunks).scan('document', ownedKey(clientId, document.id))) {
          const values = chunk.version === version ? byNumber.get(chunk.number) : undefined;
          if (values === undefined) continue;
          const vector = keptVector(values);
          const before = tx.of(passageVectors).get(ownedKey(clientId, chunk.id));
          if (before) tx.of(passageVectors).update(before, { model, vector });
          else tx.of(passageVectors).insert({ ...within, chunkId: chunk.id, vector });
        }
      }),

    publish: (id, version, { pageCount, wordCount, language, statusReason, sizeBytes }) =>
      write((tx) => {
        const document = building(tx, id, version);
        const all = [...tx.of(chunks).scan('document', ownedKey(clientId, document.id))];
        const staged = all.filter((chunk) => chunk.version === version);
        const corrections = correctionsIn(all.filter((chunk) => chunk.version === document.version));
        const answering = staged.map((chunk) => {
          const correction = corrections.get(chunk.text);
          return correction === undefined ? chunk : tx.of(chunks).update(chunk, correction);
        });
        for (const { id: chunkId, edited } of answering) {
          const vector = edited ? tx.of(passageVectors).get(ownedKey(clientId, chunkId)) : undefined;
          if (vector !== undefined) tx.of(passageVectors).remove([vector]);
        }
        keepOnly(tx, document, version);
        tx.afterCommit.push((begin) => void catchUpPassages((body) => body(begin()), clientId));
        const now = env.now();
        return tx.of(documents).update(document, {
          status: 'ready',
          statusReason: statusReason ?? null,
          progress: 1000,
          language: language ?? null,
          sizeBytes,
          version,
          pageCount,
          wordCount,
          chunkCount: staged.length,
          updatedAt: now,
          processedAt: now,
        });
      }),

    findPart: (id, number) =>
      read((tx) => {
        const document = find(tx, id);
        if (document === undefined) return undefined;
        const { version } = document;
        return tx.of(documentParts).get(partKey({ clientId, documentId: document.id, version, number }));
      }),

    listParts: (id, { after = 0, limit }) =>
      read((tx) => {
        const document = find(tx, id);
        if (document === undefined) return [];
        const { version } = document;
        const beyond = { version, number: after };
        const rows = tx.of(documentParts).scan('document', ownedKey(clientId, idOf(id)), { beyond });
        const items = [];
        for (const { text: _, ...part } of rows) {
          if (part.version !== version || items.length === limit) break;
          items.push(part);
        }
        return items;
      }),
  };
}

/** What the owner changed, by the text it was changed from; the first of several in reading order. */
function correctionsIn(
  before: readonly Chunk[],
): Map<string, Pick<Chunk, 'text' | 'originalText' | 'edited' | 'hidden'>> {
  const corrections = new Map();
  for (const { text, originalText, edited, hidden } of before) {
    const original = originalText ?? text;
    if ((edited || hidden) && !corrections.has(original)) {
      corrections.set(original, { text, originalText, edited, hidden });
    }
  }
  return corrections;
}
