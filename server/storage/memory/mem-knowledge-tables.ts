import type { Chunk, DocumentPart, KnowledgeDocument, StoredVector } from '../../../shared/schema.ts';
import { ownedByClient } from './mem-client-tables.ts';
import { defineTable, type Reference, untyped } from './mem-table.ts';
import { byCreation, clientOf, type Owned, ownedRowKey } from './mem-table-parts.ts';
import { compareText, ownedKey } from './mem-values.ts';

export const documents = defineTable<KnowledgeDocument>()({
  name: 'documents',
  key: ownedRowKey,
  taken: 'id_taken',
  json: ['content', 'crawl'],
  uniques: {},
  groups: { client: { key: clientOf, compare: byCreation } },
  references: [ownedByClient],
});

type InDocument = Owned & { documentId: string };
type Numbered = { version: number; number: number };
const documentOf = (row: InDocument) => ownedKey(row.clientId, row.documentId);
const byVersionThenNumber = (a: Numbered, b: Numbered) => a.version - b.version || a.number - b.number;

/** Tables of what a document holds have a group `document`, in which the rows of a removed one are found. */
const ownedByDocument: Reference<InDocument> = {
  to: untyped(documents),
  key: documentOf,
  missing: 'document',
  onDelete: 'cascade',
  children: { group: 'document', key: (document) => ownedRowKey(document as KnowledgeDocument) },
};

const numberedKey = (row: InDocument & Numbered) => `${documentOf(row)}/${row.version}/${row.number}`;

/** The primary key of a part. */
export const partKey = (row: Pick<DocumentPart, 'clientId' | 'documentId' | 'version' | 'number'>) => numberedKey(row);

export const documentParts = defineTable<DocumentPart>()({
  name: 'document_parts',
  key: partKey,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: { document: { key: documentOf, compare: byVersionThenNumber } },
  references: [ownedByDocument],
});

export const chunks = defineTable<Chunk>()({
  name: 'chunks',
  key: ownedRowKey,
  taken: 'id_taken',
  json: [],
  uniques: { number: { key: numberedKey, taken: 'id_taken' } },
  groups: { document: { key: documentOf, compare: byVersionThenNumber } },
  references: [ownedByDocument],
});

const chunkOf = (row: Owned & { chunkId: string }) => ownedKey(row.clientId, row.chunkId);

export const passageVectors = defineTable<StoredVector>()({
  name: 'passage_vectors',
  key: chunkOf,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    client: {
      key: clientOf,
      compare: (a: Pick<StoredVector, 'chunkId'>, b: Pick<StoredVector, 'chunkId'>) =>
        compareText(a.chunkId, b.chunkId),
    },
    chunk: { key: chunkOf, compare: () => 0 },
  },
  references: [
    {
      to: untyped(chunks),
      key: chunkOf,
      missing: 'chunk',
      onDelete: 'cascade',
      children: { group: 'chunk', key: (chunk: object) => ownedRowKey(chunk as Chunk) },
    },
  ],
});
