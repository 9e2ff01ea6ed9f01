import { setImmediate } from 'node:timers/promises';
import type { ClientId } from '../../../shared/ids.ts';
import type { Chunk } from '../../../shared/schema.ts';
import { PassageIndex, PassageSegment } from '../../retrieval/passage-index.ts';
import { type PassageTerms, passageTerms } from '../../retrieval/passage-terms.ts';
import { seedOf } from '../../retrieval/term-key.ts';
import { clients } from './mem-client-tables.ts';
import type { MemTransaction } from './mem-database.ts';
import { chunks, documents } from './mem-knowledge-tables.ts';
import { ownedKey } from './mem-values.ts';

/** What is indexed of a client, and as of which state of the committed rows. */
interface Known {
  index: PassageIndex;
  /** The rows that were added one by one, as they were indexed; a changed row is another object. */
  rows: Map<string, { chunk: Chunk; language: string | null }>;
  /** By document: what was indexed as a whole while it was staged. */
  attached: Map<string, Staged>;
  /** What is still to be done for the rows to be indexed as they were when this was found out. */
  toDo: { add: { chunk: Chunk; language: string | null }[]; remove: string[] };
  /** How often each table had changed then. */
  changes: { chunks: number; documents: number };
}

/** A version of a document that is being staged, or was. */
interface Staged {
  version: number;
  language: string | null;
  chunks: Map<string, Chunk>;
  /** Of all its passages, once they are many. */
  segment: PassageSegment | undefined;
}

interface OfDatabase {
  known: Map<string, Known>;
  /** By the keys of documents. */
  staged: Map<string, Staged>;
}

/** By the committed chunks of a database. */
const databases = new WeakMap<object, OfDatabase>();

/** What was cut of chunks before they are found, by their rows. */
const prepared = new WeakMap<Chunk, { language: string | null; terms: PassageTerms }>();
/** So many passages are cut into terms before others have their turn: some 10 ms. */
const cutTogether = 25;
/** From so many passages on a version is indexed as a whole: fewer are added in a moment. */
const segmentFrom = 300;
/** So long others wait for what is done beside them. */
const sliceMs = 10;

/** Indexes staged chunks, so that the search that finds them first need not. */
export async function preparePassages(
  tx: MemTransaction,
  staged: readonly Chunk[],
  language: string | null,
): Promise<void> {
  const [first] = staged;
  if (first === undefined) return;
  const { clientId, documentId, version } = first;
  const known = ofDatabase(tx).staged;
  const key = ownedKey(clientId, documentId);
  let whole = known.get(key);
  if (whole?.version !== version || whole.language !== language) {
    whole = { version, language, chunks: new Map(), segment: undefined };
    known.set(key, whole);
  }
  for (const [at, chunk] of staged.entries()) {
    if (at > 0 && at % cutTogether === 0) await setImmediate();
    const terms = passageTerms(chunk, language, seedOf(clientId));
    prepared.set(chunk, { language, terms });
    whole.chunks.set(chunk.id, chunk);
    whole.segment?.add(chunk.id, documentId, terms);
  }
  if (whole.segment === undefined && whole.chunks.size >= segmentFrom) await makeSegment(whole, clientId);
  await setImmediate();
  whole.segment?.settle();
}

async function makeSegment(whole: Staged, clientId: string): Promise<void> {
  const segment = new PassageSegment();
  let done = 0;
  // What is staged meanwhile comes last, and is met here as well.
  for (const chunk of whole.chunks.values()) {
    if (++done % (2 * cutTogether) === 0) await setImmediate();
    segment.add(chunk.id, chunk.documentId, termsOf(chunk, whole.language, clientId));
  }
  whole.segment = segment;
}

/**
 * Indexes what has been committed of a client, a little at a time, so that others have their turn; the search that comes
 * next finds little to do. `look` calls its argument with what is committed at that moment.
 */
export async function catchUpPassages(
  look: (body: (tx: MemTransaction) => void) => Promise<void> | void,
  clientId: ClientId,
): Promise<void> {
  for (let isDone = false; !isDone; ) {
    await look((tx) => {
      isDone = hasWritten(tx) || step(knownOf(tx, clientId), tx, { clientId, ms: sliceMs });
    });
    if (!isDone) await setImmediate();
  }
}

/** The same for all clients, one after the other, without anybody who waits for it. */
export async function indexPassages(begin: () => MemTransaction): Promise<void> {
  const known = begin().of(clients).all();
  for (const { id } of known) await catchUpPassages((body) => body(begin()), id);
}

/** The passages of a client as the transaction sees them. */
export function passageIndexOf(tx: MemTransaction, clientId: ClientId): PassageIndex {
  // What a transaction has written is nobody else's to find.
  const known = hasWritten(tx) ? newlyKnown(clientId) : knownOf(tx, clientId);
  while (!step(known, tx, { clientId, ms: Number.POSITIVE_INFINITY })) {}
  return known.index;
}

const hasWritten = (tx: MemTransaction): boolean => tx.of(chunks).writes.size > 0 || tx.of(documents).writes.size > 0;

function ofDatabase(tx: MemTransaction): OfDatabase {
  const { base } = tx.of(chunks);
  let found = databases.get(base);
  if (!found) {
    found = { known: new Map(), staged: new Map() };
    databases.set(base, found);
  }
  return found;
}

function knownOf(tx: MemTransaction, clientId: ClientId): Known {
  const { known } = ofDatabase(tx);
  let found = known.get(clientId);
  if (!found) {
    found = newlyKnown(clientId);
    known.set(clientId, found);
  }
  return found;
}

function newlyKnown(clientId: string): Known {
  return {
    index: new PassageIndex(seedOf(clientId)),
    rows: new Map(),
    attached: new Map(),
    toDo: { add: [], remove: [] },
    changes: { chunks: -1, documents: -1 },
  };
}

/** Indexes for about so long. Answers whether everything is indexed as it is committed now. */
function step(known: Known, tx: MemTransaction, { clientId, ms }: { clientId: ClientId; ms: number }): boolean {
  const { index, rows, toDo } = known;
  const until = performance.now() + ms;
  if (toDo.add.length === 0 && toDo.remove.length === 0) {
    const changes = { chunks: tx.of(chunks).base.changes, documents: tx.of(documents).base.changes };
    if (changes.chunks === known.changes.chunks && changes.documents === known.changes.documents) return true;
    known.changes = changes;
    compare(known, tx, clientId);
  }
  while (performance.now() < until) {
    const gone = toDo.remove.pop();
    const next = gone === undefined ? toDo.add.pop() : undefined;
    if (gone !== undefined) {
      rows.delete(gone);
      index.remove(gone);
    } else if (next !== undefined) {
      const { chunk, language } = next;
      rows.set(chunk.id, next);
      index.add(chunk.id, chunk.documentId, termsOf(chunk, language, clientId));
    } else break;
  }
  return false;
}

/** Finds out what is to be done; versions that were indexed while they were staged are put in their places as a whole. */
function compare(known: Known, tx: MemTransaction, clientId: ClientId): void {
  const { rows, attached, index, toDo } = known;
  // A transaction's own view must not change what all share.
  const staged = hasWritten(tx) ? undefined : ofDatabase(tx).staged;
  const there = new Set<string>();
  const versions = new Map<string, number>();
  const whole = new Set<string>();
  for (const { id: documentId, version, language } of tx.of(documents).scan('client', clientId)) {
    const key = ownedKey(clientId, documentId);
    versions.set(key, version);
    const before = attached.get(documentId);
    const after = before?.version === version ? before : staged?.get(key);
    const isWhole = after?.segment !== undefined && after.version === version && after.language === language;
    if (isWhole) whole.add(documentId);
    if (before !== undefined && (before !== after || !isWhole)) detach(known, documentId, before);
    if (isWhole && before !== after) {
      index.attach(after.segment!);
      attached.set(documentId, after);
    }
    const unseen = isWhole ? new Set(after.chunks.keys()) : undefined;
    for (const chunk of tx.of(chunks).scan('document', key, { beyond: { version, number: 0 } })) {
      if (chunk.version !== version) break;
      if (chunk.hidden) continue;
      if (isWhole && after.chunks.get(chunk.id) === chunk) {
        unseen!.delete(chunk.id);
        continue;
      }
      there.add(chunk.id);
      const row = rows.get(chunk.id);
      if (row?.chunk !== chunk || row.language !== language) toDo.add.push({ chunk, language });
    }
    // Changed or hidden since they were staged: what they are now is one of the rows, or nothing.
    for (const id of unseen ?? []) {
      after!.chunks.delete(id);
      after!.segment!.remove(id);
    }
  }
  for (const [documentId, one] of attached) if (!whole.has(documentId)) detach(known, documentId, one);
  for (const [key, one] of staged ?? []) {
    // What is not to be published any more is not needed.
    if (key.startsWith(clientId) && !((versions.get(key) ?? one.version) < one.version)) staged!.delete(key);
  }
  for (const id of rows.keys()) if (!there.has(id)) toDo.remove.push(id);
}

function detach({ index, attached }: Known, documentId: string, { segment }: Staged): void {
  index.detach(segment!);
  attached.delete(documentId);
}

function termsOf(chunk: Chunk, language: string | null, clientId: string): PassageTerms {
  const ready = prepared.get(chunk);
  return ready !== undefined && ready.language === language
    ? ready.terms
    : passageTerms(chunk, language, seedOf(clientId));
}
