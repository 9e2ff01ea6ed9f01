import { eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type Chunk, passageStatistics, passages, passageTerms } from '../../../shared/schema.ts';
import { mayHaveKin } from '../../retrieval/akin.ts';
import { turn } from '../../retrieval/passage-index.ts';
import { passageTerms as read } from '../../retrieval/passage-terms.ts';
import type { CorpusStatistics } from '../../retrieval/statistics.ts';
import { seedOf } from '../../retrieval/term-key.ts';
import { isCharacter } from '../../text/scripts.ts';
import type { Db } from './handle.ts';
import { owned } from './scope.ts';

/** Rows of one INSERT: a row is some 2 kB. */
const rowsMax = 500;

/**
 * Makes chunks findable, in the transaction `db` is in: called with the chunks of a version when it is published, and
 * with a chunk whose text was put right or which is shown again. `language` is the document's, null when not known.
 */
export async function indexPassages(
  db: Db,
  clientId: ClientId,
  chunks: readonly Chunk[],
  language: string | null,
): Promise<void> {
  if (chunks.length === 0) return;
  const statistics = await holdStatistics(db, clientId);
  const seed = seedOf(clientId);
  const terms = new Map<number, { term: string | undefined; count: number }>();
  for (let from = 0; from < chunks.length; from += rowsMax) {
    const rows = chunks.slice(from, from + rowsMax).map((chunk) => {
      const passage = read(chunk, language, seed);
      for (const key of passage.keys) {
        const known = terms.get(key);
        if (known) known.count += 1;
        else terms.set(key, { term: passage.terms.get(key), count: 1 });
      }
      count(statistics, passage, 1);
      return {
        clientId,
        chunkId: chunk.id,
        documentId: chunk.documentId,
        language: passage.language,
        titleWords: passage.titleWords,
        textWords: passage.textWords,
        terms: passage.keys,
        vector: Buffer.from(passage.vector.buffer, passage.vector.byteOffset, passage.vector.byteLength),
      };
    });
    await db.insert(passages).values(rows);
  }
  await addTerms(db, clientId, terms);
  await writeStatistics(db, clientId, statistics);
}

/** Takes chunks out of what is found, in the transaction `db` is in: all of a document, or the ones named. */
export async function unindexPassages(
  db: Db,
  clientId: ClientId,
  which: { documentId: string } | { chunkIds: readonly string[] },
): Promise<void> {
  const condition =
    'documentId' in which ? eq(passages.documentId, which.documentId) : inArray(passages.chunkId, [...which.chunkIds]);
  if ('chunkIds' in which && which.chunkIds.length === 0) return;
  const [some] = await db
    .select({ chunkId: passages.chunkId })
    .from(passages)
    .where(owned(passages, clientId, condition))
    .limit(1);
  if (!some) return;
  const statistics = await holdStatistics(db, clientId);
  await removeTerms(db, clientId, condition);
  const gone = await db
    .delete(passages)
    .where(owned(passages, clientId, condition))
    .returning({ language: passages.language, titleWords: passages.titleWords, textWords: passages.textWords });
  for (const passage of gone) count(statistics, passage, -1);
  await writeStatistics(db, clientId, statistics);
}

async function addTerms(
  db: Db,
  clientId: ClientId,
  terms: Map<number, { term: string | undefined; count: number }>,
): Promise<void> {
  const keys = [...terms.keys()];
  const entries = [...terms.values()];
  const words = entries.map(({ term }) => (term !== undefined && mayHaveKin(term) ? term : null));
  await db.execute(sql`
    insert into passage_terms (client_id, key, passages, is_character, word, turned)
    select ${clientId}::uuid, added.* from unnest(
      ${sql.param(keys)}::int[], ${sql.param(entries.map((entry) => entry.count))}::int[],
      ${sql.param(entries.map(({ term }) => term !== undefined && isCharacter(term)))}::bool[],
      ${sql.param(words)}::text[], ${sql.param(words.map((word) => word && turn(word)))}::text[]
    ) added
    on conflict (client_id, key) do update set passages = passage_terms.passages + excluded.passages`);
}

async function removeTerms(db: Db, clientId: ClientId, condition: SQL): Promise<void> {
  const { rows } = await db.execute<{ keys: number[] | null }>(sql`
    with counted as (
      select key, count(*)::int as n from passages cross join unnest(passages.terms) key
      where ${owned(passages, clientId, condition)} group by key
    ), changed as (
      update passage_terms t set passages = t.passages - counted.n from counted
      where t.client_id = ${clientId} and t.key = counted.key returning t.key, t.passages
    )
    select array_agg(key) as keys from changed where passages <= 0`);
  const keys = rows[0]?.keys;
  if (!keys) return;
  await db
    .delete(passageTerms)
    .where(owned(passageTerms, clientId, sql`${passageTerms.key} = any(${sql.param(keys)}::int[])`));
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

async function writeStatistics(db: Db, clientId: ClientId, statistics: CorpusStatistics): Promise<void> {
  const { passages: n, titleWords, textWords, languages } = statistics;
  await db
    .update(passageStatistics)
    .set({ passages: n, titleWords, textWords, languages })
    .where(owned(passageStatistics, clientId));
}

function count(
  statistics: CorpusStatistics,
  { language, titleWords, textWords }: { language: string; titleWords: number; textWords: number },
  sign: 1 | -1,
): void {
  statistics.passages += sign;
  statistics.titleWords += sign * titleWords;
  statistics.textWords += sign * textWords;
  const inLanguage = (statistics.languages[language] ?? 0) + sign;
  if (inLanguage > 0) statistics.languages[language] = inLanguage;
  else delete statistics.languages[language];
}
