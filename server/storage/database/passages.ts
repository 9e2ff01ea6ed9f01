import { eq, getTableColumns, gt, inArray, type SQL, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type Chunk, chunks, documents, passageStatistics, passages, passageTerms } from '../../../shared/schema.ts';
import { akinListMax, type Neighbourhood } from '../../retrieval/akin.ts';
import type { CandidatePlan } from '../../retrieval/candidates.ts';
import { confidenceOf } from '../../retrieval/confidence.ts';
import { confidenceWith, type Placed, placed } from '../../retrieval/fusion.ts';
import { PassageVector } from '../../retrieval/passage-vector.ts';
import { type Candidate, type Ranked, Ranking } from '../../retrieval/rank.ts';
import { seedOf } from '../../retrieval/term-key.ts';
import { turn } from '../../retrieval/vocabulary.ts';
import type { PassageHit, PassageQuery, PassageResults, PassagesRepository } from '../repositories/passages.ts';
import { isAnswering } from './answering-version.ts';
import type { Db, Handle } from './handle.ts';
import { findNearest } from './passage-vectors.ts';
import { owned } from './scope.ts';

/** No more passages than this are fetched, whatever the plan met. */
const fetchedMax = 10_000;
/** Sorts behind every word that begins with what stands before it. */
const behindAll = '\uffff';

export class DatabasePassages implements PassagesRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;
  readonly #seed: number;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
    this.#seed = seedOf(clientId);
  }

  search(query: PassageQuery): Promise<PassageResults> {
    return this.#handle.readOnReplica(async (db) => {
      const statistics = await this.#statistics(db);
      const ranking = new Ranking(query, statistics, this.#seed);
      if (statistics.passages === 0) return { hits: [], confidence: 0, terms: ranking.terms };
      const ranked = ranking.ownKeys.length === 0 ? [] : await this.#byWords(db, ranking, query.documentIds);
      const byWords = confidenceOf(ranking, ranked);
      const nearest = query.vector ? await findNearest(db, this.#clientId, query.vector, query) : [];
      const near = nearest ?? [];
      return {
        hits: await this.#hits(db, placed(ranked, near, query.limit)),
        confidence: confidenceWith(byWords, near, query.vector?.floor),
        terms: ranking.terms,
        ...(nearest === undefined && { wordsOnly: 'tooMany' as const }),
      };
    });
  }

  async #byWords(db: Db, ranking: Ranking, documentIds: readonly string[] | undefined): Promise<Ranked[]> {
    const own = await this.#frequencies(db, ranking.ownKeys);
    ranking.learnFrequencies(own.frequencies);
    const kin = await this.#neighbours(db, ranking.neighbourhoods);
    ranking.learnFrequencies((await this.#frequencies(db, ranking.kinKeys(kin))).frequencies);
    ranking.score(await this.#candidates(db, ranking.plan(), documentIds));
    const feedback = await this.#frequencies(db, ranking.feedbackKeys);
    ranking.learnFrequencies(feedback.frequencies);
    return ranking.rank(feedback.characters);
  }

  async #statistics(db: Db) {
    const { clientId: _, ...columns } = getTableColumns(passageStatistics);
    const [row] = await db.select(columns).from(passageStatistics).where(owned(passageStatistics, this.#clientId));
    return row ?? { passages: 0, titleWords: 0, textWords: 0, languages: {} };
  }

  async #frequencies(db: Db, keys: number[]): Promise<{ frequencies: [number, number][]; characters: Set<number> }> {
    if (keys.length === 0) return { frequencies: [], characters: new Set() };
    const rows = await db
      .select({ key: passageTerms.key, passages: passageTerms.passages, isCharacter: passageTerms.isCharacter })
      .from(passageTerms)
      .where(
        owned(
          passageTerms,
          this.#clientId,
          sql`${passageTerms.key} = any(${sql.param(keys)}::int[])`,
          gt(passageTerms.passages, 0),
        ),
      );
    return {
      frequencies: rows.map((row) => [row.key, row.passages]),
      characters: new Set(rows.filter((row) => row.isCharacter).map(({ key }) => key)),
    };
  }

  /** The words of the vocabulary in each neighbourhood. */
  async #neighbours(
    db: Db,
    neighbourhoods: Neighbourhood[],
  ): Promise<{ neighbourhood: Neighbourhood; words: string[] }[]> {
    if (neighbourhoods.length === 0) return [];
    const column = (of: (one: Neighbourhood) => string | number) => sql.param(neighbourhoods.map(of));
    const nearest = (condition: SQL) => sql`(
      select t.word from passage_terms t
      where t.client_id = ${this.#clientId} and t.passages > 0 and ${condition} and t.word <> n.term and length(t.word) between n.least and n.most
      order by abs(length(t.word) - length(n.term)), t.word collate "C" limit ${akinListMax})`;
    const { rows } = await db.execute<{ number: number | null; word: string }>(sql`
      select n.number, found.word from unnest(
        ${column(({ term }) => term)}::text[], ${column(({ beginning }) => beginning)}::text[],
        ${column(({ ending }) => turn(ending))}::text[], ${column(({ lengthMin }) => lengthMin)}::int[],
        ${column(({ lengthMax }) => lengthMax)}::int[]
      ) with ordinality n(term, beginning, ending, least, most, number)
      cross join lateral (
        ${nearest(sql`t.word ~>=~ n.beginning and t.word ~<~ (n.beginning || ${behindAll})`)}
        union all
        ${nearest(sql`t.turned ~>=~ n.ending and t.turned ~<~ (n.ending || ${behindAll})`)}
      ) found
      union all
      select null, t.word from passage_terms t
      where t.client_id = ${this.#clientId} and t.passages > 0 and t.word = any(${sql.param(neighbourhoods.flatMap(({ parts }) => parts))}::text[])`);
    const parts = new Set(rows.filter(({ number }) => number === null).map(({ word }) => word));
    return neighbourhoods.map((neighbourhood, at) => ({
      neighbourhood,
      words: [
        ...rows.filter(({ number }) => number !== null && Number(number) === at + 1).map(({ word }) => word),
        ...neighbourhood.parts.filter((part) => parts.has(part)),
      ],
    }));
  }

  async #candidates(db: Db, plan: CandidatePlan, documentIds: readonly string[] | undefined): Promise<Candidate[]> {
    if (plan.length === 0) return [];
    const hasAny = (keys: number[]) => sql`${passages.terms} && ${sql.param(keys)}::int[]`;
    const anyOf = plan.map((groups) => sql`(${sql.join(groups.map(hasAny), sql` and `)})`);
    const rows = await db
      .select({ id: passages.chunkId, vector: passages.vector })
      .from(passages)
      .where(
        owned(
          passages,
          this.#clientId,
          sql`(${sql.join(anyOf, sql` or `)})`,
          isAnswering(db, this.#clientId),
          documentIds && inArray(passages.documentId, [...documentIds]),
        ),
      )
      .limit(fetchedMax);
    return rows.map(({ id, vector }) => ({ id, vector: new PassageVector(vector) }));
  }

  async #hits(db: Db, wanted: Placed[]): Promise<PassageHit[]> {
    if (wanted.length === 0) return [];
    const ids = wanted.map(({ id }) => id);
    const rows: { chunk: Chunk; documentName: string }[] = await db
      .select({ chunk: chunks, documentName: documents.name })
      .from(chunks)
      .innerJoin(documents, owned(documents, this.#clientId, eq(documents.id, chunks.documentId)))
      .where(owned(chunks, this.#clientId, inArray(chunks.id, ids)));
    const byId = new Map(rows.map((row) => [row.chunk.id, row]));
    return wanted.flatMap(({ id, ...placed }) => {
      const row = byId.get(id);
      // It went between the search and now.
      return row ? [{ ...row, ...placed }] : [];
    });
  }
}
