import { setImmediate } from 'node:timers/promises';
import type { ClientId } from '../../../shared/ids.ts';
import type { Chunk } from '../../../shared/schema.ts';
import { PassageIndex } from '../../retrieval/passage-index.ts';
import { type PassageTerms, passageTerms } from '../../retrieval/passage-terms.ts';
import { seedOf } from '../../retrieval/term-key.ts';
import type { MemTransaction } from './mem-database.ts';
import { chunks, documents } from './mem-knowledge-tables.ts';
import { ownedKey } from './mem-values.ts';

/** What is indexed of a client, and as of which state of the committed rows. */
interface Known {
  index: PassageIndex;
  /** The rows as they were indexed; a changed row is another object. */
  rows: Map<string, { chunk: Chunk; language: string | null }>;
  version: number;
}

/** By the committed chunks of a database, then by client. */
const indexes = new WeakMap<object, Map<string, Known>>();

/** What was cut of chunks before they are found, by their rows. */
const prepared = new WeakMap<Chunk, { language: string | null; terms: PassageTerms }>();
/** So many passages are cut into terms before others have their turn: some 10 ms. */
const cutTogether = 25;

/** Cuts staged chunks into their terms, so that the search that finds them first need not. */
export async function preparePassages(staged: readonly Chunk[], language: string | null): Promise<void> {
  for (const [at, chunk] of staged.entries()) {
    if (at > 0 && at % cutTogether === 0) await setImmediate();
    prepared.set(chunk, { language, terms: passageTerms(chunk, language, seedOf(chunk.clientId)) });
  }
}

/** The passages of a client as the transaction sees them. */
export function passageIndexOf(tx: MemTransaction, clientId: ClientId): PassageIndex {
  const { base, writes } = tx.of(chunks);
  const hasWritten = writes.size > 0 || tx.of(documents).writes.size > 0;
  // What a transaction has written is nobody else's to find.
  if (hasWritten) return bringUp(newlyKnown(clientId), tx, clientId);
  let ofDatabase = indexes.get(base);
  if (!ofDatabase) {
    ofDatabase = new Map();
    indexes.set(base, ofDatabase);
  }
  let known = ofDatabase.get(clientId);
  if (!known) {
    known = newlyKnown(clientId);
    ofDatabase.set(clientId, known);
  }
  if (known.version === tx.version) return known.index;
  known.version = tx.version;
  return bringUp(known, tx, clientId);
}

function newlyKnown(clientId: string): Known {
  return { index: new PassageIndex(seedOf(clientId)), rows: new Map(), version: -1 };
}

function bringUp({ index, rows }: Known, tx: MemTransaction, clientId: ClientId): PassageIndex {
  const there = new Set<string>();
  for (const { id: documentId, version, language } of tx.of(documents).scan('client', clientId)) {
    const key = ownedKey(clientId, documentId);
    for (const chunk of tx.of(chunks).scan('document', key, { beyond: { version, number: 0 } })) {
      if (chunk.version !== version) break;
      if (chunk.hidden) continue;
      there.add(chunk.id);
      const known = rows.get(chunk.id);
      if (known?.chunk === chunk && known.language === language) continue;
      rows.set(chunk.id, { chunk, language });
      const ready = prepared.get(chunk);
      const isReady = ready !== undefined && ready.language === language;
      index.add(chunk.id, documentId, isReady ? ready.terms : passageTerms(chunk, language, seedOf(clientId)));
    }
  }
  for (const id of rows.size > there.size ? [...rows.keys()] : []) {
    if (there.has(id)) continue;
    rows.delete(id);
    index.remove(id);
  }
  return index;
}
