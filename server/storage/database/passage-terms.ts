import { eq, type SQL, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { chunks, passages, passageTerms } from '../../../shared/schema.ts';
import { mayHaveKin } from '../../retrieval/akin.ts';
import { passageTerms as read } from '../../retrieval/passage-terms.ts';
import { seedOf } from '../../retrieval/term-key.ts';
import { turn } from '../../retrieval/vocabulary.ts';
import { isCharacter } from '../../text/scripts.ts';
import type { Db } from './handle.ts';
import { owned } from './scope.ts';

/**
 * Enters the terms of staged passages where they are not known yet, without counting them. In the order of their numbers,
 * so that two who stage the same terms never wait for each other.
 */
export async function nameTerms(
  db: Db,
  clientId: ClientId,
  terms: ReadonlyMap<number, string | undefined>,
): Promise<void> {
  await addTerms(db, clientId, new Map([...terms].map(([key, term]) => [key, { term, count: 0 }])));
}

/**
 * Counts the terms of the passages that answer from now on, and of those that no longer do. The transaction holds the
 * client's statistics; both kinds are in the index.
 */
export async function changeTerms(
  db: Db,
  clientId: ClientId,
  { added, gone }: { added?: SQL; gone?: SQL },
): Promise<void> {
  const termsOf = (which: SQL, sign: SQL) =>
    sql`select unnest(${passages.terms}) as key, ${sign} as sign from ${passages} where ${owned(passages, clientId, which)}`;
  const all = [...(added ? [termsOf(added, sql`1`)] : []), ...(gone ? [termsOf(gone, sql`-1`)] : [])];
  const { rows } = await db.execute<{ key: number; difference: number; known: boolean }>(sql`
    with counted as (
      select key, sum(sign)::int as difference from (${sql.join(all, sql` union all `)}) one group by key having sum(sign) <> 0
    ), changed as (
      update passage_terms t set passages = t.passages + counted.difference from counted
      where t.client_id = ${clientId} and t.key = counted.key returning t.key, t.passages
    )
    select counted.key, counted.difference, changed.key is not null as known
    from counted left join changed on changed.key = counted.key where changed.key is null or changed.passages <= 0`);
  const unnamed = rows.filter(({ known, difference }) => !known && difference > 0);
  if (added && unnamed.length > 0) await addUnnamed(db, clientId, added, unnamed);
  await forgetTerms(
    db,
    clientId,
    rows.filter(({ known }) => known).map(({ key }) => key),
  );
}

/** Forgets the terms of passages that do not answer, so far as no passage that does has them. */
export async function forgetUnusedTerms(db: Db, clientId: ClientId, which: SQL): Promise<void> {
  const { rows } = await db.execute<{ key: number }>(
    sql`select distinct unnest(${passages.terms}) as key from ${passages} where ${owned(passages, clientId, which)}`,
  );
  await forgetTerms(
    db,
    clientId,
    rows.map(({ key }) => key),
  );
}

async function forgetTerms(db: Db, clientId: ClientId, keys: number[]): Promise<void> {
  if (keys.length === 0) return;
  const isUnused = sql`${passageTerms.key} = any(${sql.param(keys)}::int[]) and ${passageTerms.passages} <= 0`;
  await db.delete(passageTerms).where(owned(passageTerms, clientId, isUnused));
}

/** Enters terms that were forgotten after passages with them had been staged: what they are, their chunks tell. */
async function addUnnamed(
  db: Db,
  clientId: ClientId,
  added: SQL,
  unnamed: readonly { key: number; difference: number }[],
): Promise<void> {
  const counts = new Map(unnamed.map(({ key, difference }) => [key, difference]));
  const hasSome = sql`${passages.terms} && ${sql.param([...counts.keys()])}::int[]`;
  const having = await db
    .select({ titlePath: chunks.titlePath, text: chunks.text, language: passages.documentLanguage })
    .from(passages)
    .innerJoin(chunks, owned(chunks, clientId, eq(chunks.id, passages.chunkId)))
    .where(owned(passages, clientId, added, hasSome));
  const terms = new Map<number, { term: string | undefined; count: number }>();
  for (const { language, ...chunk } of having) {
    const passage = read(chunk, language, seedOf(clientId));
    for (const key of passage.keys) {
      const count = counts.get(key);
      if (count !== undefined) terms.set(key, { term: passage.terms.get(key), count });
    }
  }
  await addTerms(db, clientId, terms);
}

async function addTerms(
  db: Db,
  clientId: ClientId,
  terms: ReadonlyMap<number, { term: string | undefined; count: number }>,
): Promise<void> {
  const keys = [...terms.keys()];
  if (keys.length === 0) return;
  const entries = [...terms.values()];
  const words = entries.map(({ term }) => (term !== undefined && mayHaveKin(term) ? term : null));
  const counts = entries.map(({ count }) => count);
  const known = sql`select from passage_terms t where t.client_id = ${clientId} and t.key = added.key and added.count = 0`;
  await db.execute(sql`
    insert into passage_terms (client_id, key, passages, is_character, word, turned)
    select ${clientId}::uuid, added.* from unnest(
      ${sql.param(keys)}::int[], ${sql.param(counts)}::int[],
      ${sql.param(entries.map(({ term }) => term !== undefined && isCharacter(term)))}::bool[],
      ${sql.param(words)}::text[], ${sql.param(words.map((word) => word && turn(word)))}::text[]
    ) added(key, count, is_character, word, turned)
    where not exists (${known})
    order by added.key
    on conflict (client_id, key) do update set passages = passage_terms.passages + excluded.passages
      where excluded.passages <> 0`);
}
