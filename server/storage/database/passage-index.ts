import { setImmediate } from 'node:timers/promises';
import { and, eq, inArray, ne, type SQL, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type Chunk, chunks, passageStatistics, passages } from '../../../shared/schema.ts';
import { passageTerms as read } from '../../retrieval/passage-terms.ts';
import type { CorpusStatistics } from '../../retrieval/statistics.ts';
import { seedOf } from '../../retrieval/term-key.ts';
import type { Db } from './handle.ts';
import { changeTerms, forgetUnusedTerms, nameTerms } from './passage-terms.ts';
import { owned } from './scope.ts';

/** Rows of one INSERT: a row is some 2 kB, and takes a tenth of a millisecond to write down. */
const rowsMax = 100;
/** So many passages are cut into terms before others have their turn: some 10 ms. */
const cutTogether = 25;

interface Version {
  documentId: string;
  version: number;
}

/**
 * Puts chunks of a version that is being built into the index, where nothing finds them before `swapPassages`, in the
 * transaction `db` is in. `language` is the document's, null when not known.
 */
export async function stagePassages(
  db: Db,
  clientId: ClientId,
  staged: readonly Chunk[],
  language: string | null,
): Promise<void> {
  const seed = seedOf(clientId);
  for (let from = 0; from < staged.length; from += rowsMax) {
    const batch = staged.slice(from, from + rowsMax);
    const terms = new Map<number, string | undefined>();
    const rows = [];
    for (const [at, chunk] of batch.entries()) {
      if (at > 0 && at % cutTogether === 0) await setImmediate();
      const passage = read(chunk, language, seed);
      for (const key of passage.keys) terms.set(key, passage.terms.get(key));
      rows.push({
        clientId,
        chunkId: chunk.id,
        documentId: chunk.documentId,
        version: chunk.version,
        documentLanguage: language,
        language: passage.language,
        titleWords: passage.titleWords,
        textWords: passage.textWords,
        terms: passage.keys,
        vector: Buffer.from(passage.vector.buffer, passage.vector.byteOffset, passage.vector.byteLength),
      });
    }
    await db.insert(passages).values(rows);
    await nameTerms(db, clientId, terms);
  }
}

/**
 * Makes the shown chunks of a version the ones that are found of its document, in place of all others, in the transaction
 * `db` is in, which holds the document. What was staged in the same language is in the index already; `corrected` are
 * chunks whose text is not the one that was staged, or which are hidden now.
 */
export async function swapPassages(
  db: Db,
  clientId: ClientId,
  { documentId, version, language, corrected }: Version & { language: string | null; corrected: readonly string[] },
): Promise<void> {
  const ofVersion = and(eq(passages.documentId, documentId), eq(passages.version, version))!;
  const stale = sql`${passages.documentLanguage} is distinct from ${language}`;
  await db.delete(passages).where(owned(passages, clientId, ofVersion, stale));
  if (corrected.length > 0) {
    await db.delete(passages).where(owned(passages, clientId, ofVersion, inArray(passages.chunkId, [...corrected])));
  }
  const isStaged = sql`exists (select from ${passages} where ${owned(passages, clientId, eq(passages.chunkId, chunks.id))})`;
  const missing = await db
    .select()
    .from(chunks)
    .where(
      owned(
        chunks,
        clientId,
        eq(chunks.documentId, documentId),
        eq(chunks.version, version),
        eq(chunks.hidden, false),
        sql`not ${isStaged}`,
      ),
    )
    .orderBy(chunks.number);
  await stagePassages(db, clientId, missing, language);
  const before = and(eq(passages.documentId, documentId), ne(passages.version, version))!;
  await change(db, clientId, { added: ofVersion, gone: before });
}

/** Makes chunks that answer findable, in the transaction `db` is in. `language` is their document's. */
export async function indexPassages(
  db: Db,
  clientId: ClientId,
  shown: readonly Chunk[],
  language: string | null,
): Promise<void> {
  if (shown.length === 0) return;
  await stagePassages(db, clientId, shown, language);
  for (let from = 0; from < shown.length; from += rowsMax) {
    const ids = shown.slice(from, from + rowsMax).map(({ id }) => id);
    await change(db, clientId, { added: inArray(passages.chunkId, ids) });
  }
}

/** Takes chunks that answer out of what is found, in the transaction `db` is in: all of a document, or the ones named. */
export async function unindexPassages(
  db: Db,
  clientId: ClientId,
  which: Version | { chunkIds: readonly string[] },
): Promise<void> {
  if ('chunkIds' in which && which.chunkIds.length === 0) return;
  const gone =
    'chunkIds' in which
      ? inArray(passages.chunkId, [...which.chunkIds])
      : and(eq(passages.documentId, which.documentId), inArray(passages.version, [0, which.version]))!;
  await change(db, clientId, { gone });
}

/** Takes what was staged of a document and does not answer out of the index, in the transaction `db` is in. */
export async function unstagePassages(db: Db, clientId: ClientId, { documentId, version }: Version): Promise<void> {
  const staged = and(eq(passages.documentId, documentId), ne(passages.version, version), ne(passages.version, 0))!;
  if (!(await isAny(db, clientId, staged))) return;
  await holdStatistics(db, clientId);
  await forgetUnusedTerms(db, clientId, staged);
  await db.delete(passages).where(owned(passages, clientId, staged));
}

/** Counts passages in that are in the index and answer from now on, and takes others out of it. */
async function change(db: Db, clientId: ClientId, { added, gone }: { added?: SQL; gone?: SQL }): Promise<void> {
  const isAdding = added !== undefined && (await isAny(db, clientId, added));
  const isRemoving = gone !== undefined && (await isAny(db, clientId, gone));
  if (!isAdding && !isRemoving) return;
  const statistics = await holdStatistics(db, clientId);
  await changeTerms(db, clientId, { ...(isAdding && { added }), ...(isRemoving && { gone }) });
  if (isAdding) await count(db, clientId, { statistics, which: added, sign: 1 });
  if (isRemoving) {
    await count(db, clientId, { statistics, which: gone, sign: -1 });
    await db.delete(passages).where(owned(passages, clientId, gone));
  }
  const { passages: n, titleWords, textWords, languages } = statistics;
  await db
    .update(passageStatistics)
    .set({ passages: n, titleWords, textWords, languages })
    .where(owned(passageStatistics, clientId));
}

async function isAny(db: Db, clientId: ClientId, which: SQL): Promise<boolean> {
  const some = await db
    .select({ chunkId: passages.chunkId })
    .from(passages)
    .where(owned(passages, clientId, which))
    .limit(1);
  return some.length > 0;
}

/** The sums of a client, which nobody else changes until the transaction ends; nothing of the index either. */
async function holdStatistics(db: Db, clientId: ClientId): Promise<CorpusStatistics> {
  const none = { passages: 0, titleWords: 0, textWords: 0, languages: {} };
  await db
    .insert(passageStatistics)
    .values({ clientId, ...none })
    .onConflictDoNothing();
  const [row] = await db.select().from(passageStatistics).where(owned(passageStatistics, clientId)).for('update');
  return row ?? none;
}

async function count(
  db: Db,
  clientId: ClientId,
  { statistics, which, sign }: { statistics: CorpusStatistics; which: SQL; sign: 1 | -1 },
): Promise<void> {
  const sums = await db
    .select({
      language: passages.language,
      passages: sql<number>`count(*)::int`,
      titleWords: sql`sum(${passages.titleWords})`.mapWith(Number),
      textWords: sql`sum(${passages.textWords})`.mapWith(Number),
    })
    .from(passages)
    .where(owned(passages, clientId, which))
    .groupBy(passages.language);
  for (const { language, ...sum } of sums) {
    statistics.passages += sign * sum.passages;
    statistics.titleWords += sign * sum.titleWords;
    statistics.textWords += sign * sum.textWords;
    const inLanguage = (statistics.languages[language] ?? 0) + sign * sum.passages;
    if (inLanguage > 0) statistics.languages[language] = inLanguage;
    else delete statistics.languages[language];
  }
}
