import { and, eq, inArray, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { chunks, passages, passageVectors } from '../../../shared/schema.ts';
import { comparedNumbersMax, keptVector, type Near, Nearest, nearestMax } from '../../retrieval/nearest.ts';
import type { NewVector } from '../repositories/documents.ts';
import type { PassageQuery, QuestionVector } from '../repositories/passages.ts';
import { isAnswering } from './answering-version.ts';
import type { Db } from './handle.ts';
import { owned } from './scope.ts';

const t = passageVectors;

/** Rows of one INSERT, and of one page that is compared: a row is some 10 kB. */
const rowsMax = 500;
/** In what `array_send` makes of an array: what stands before its first member, and what each takes. */
const headBytes = 20;
const memberBytes = 8;

/** Keeps what the chunks of a version mean, in the transaction `db` is in. */
export async function keepVectors(
  db: Db,
  clientId: ClientId,
  of: { documentId: string; version: number; model: string },
  vectors: readonly NewVector[],
): Promise<void> {
  const byNumber = new Map(vectors.map(({ number, values }) => [number, values]));
  if (byNumber.size === 0) return;
  const { documentId, version, model } = of;
  const there = [eq(chunks.documentId, documentId), eq(chunks.version, version)];
  const staged = await db
    .select({ id: chunks.id, documentId: chunks.documentId, number: chunks.number })
    .from(chunks)
    .where(owned(chunks, clientId, ...there, inArray(chunks.number, [...byNumber.keys()])));
  for (let from = 0; from < staged.length; from += rowsMax) {
    const rows = staged.slice(from, from + rowsMax).map((chunk) => ({
      clientId,
      chunkId: chunk.id,
      documentId: chunk.documentId,
      model,
      vector: keptVector(byNumber.get(chunk.number)!),
    }));
    await db
      .insert(t)
      .values(rows)
      .onConflictDoUpdate({ target: [t.clientId, t.chunkId], set: { model, vector: sql`excluded.vector` } });
  }
}

/** Forgets what a chunk meant before its text was changed. */
export async function forgetVector(db: Db, clientId: ClientId, chunkId: string): Promise<void> {
  await db.delete(t).where(owned(t, clientId, eq(t.chunkId, chunkId)));
}

/** Forgets what those chunks of a version mean by their own text whose text was put right. */
export async function forgetCorrected(db: Db, clientId: ClientId, documentId: string, version: number): Promise<void> {
  const corrected = db
    .select({ id: chunks.id })
    .from(chunks)
    .where(
      owned(chunks, clientId, eq(chunks.documentId, documentId), eq(chunks.version, version), eq(chunks.edited, true)),
    );
  await db.delete(t).where(owned(t, clientId, inArray(t.chunkId, corrected)));
}

/**
 * The passages nearest to a question, the nearest first: by pgvector where the database has it, else compared here;
 * undefined when there are too many for that.
 */
export async function findNearest(
  db: Db,
  clientId: ClientId,
  question: QuestionVector,
  { documentIds }: Pick<PassageQuery, 'documentIds'>,
): Promise<Near[] | undefined> {
  const wanted = and(
    owned(t, clientId, eq(t.model, question.model)),
    documentIds && inArray(t.documentId, [...documentIds]),
  )!;
  const comparedMax = Math.floor(comparedNumbersMax / question.values.length);
  const some = db
    .select({ one: sql`1`.as('one') })
    .from(t)
    .where(wanted)
    .limit(comparedMax + 1)
    .as('some');
  const [known] = await db
    .select({
      count: sql<number>`count(*)::int`,
      // In a schema that is not looked through, it is as good as absent.
      hasPgvector: sql<boolean>`exists (select from pg_extension where extname = 'vector') and to_regtype('vector') is not null`,
    })
    .from(some);
  if (known!.count === 0) return [];
  const shown = owned(passages, clientId, eq(passages.chunkId, t.chunkId), isAnswering(db, clientId));
  if (known!.hasPgvector) {
    const distance = sql`${t.vector}::vector <=> ${JSON.stringify(question.values)}::vector`;
    const rows = await db
      .select({ id: t.chunkId, cosine: sql<number>`1 - (${distance})` })
      .from(t)
      .innerJoin(passages, shown)
      .where(and(wanted, sql`cardinality(${t.vector}) = ${question.values.length}`))
      .orderBy(distance, t.chunkId)
      .limit(nearestMax);
    return rows.filter(({ cosine }) => cosine >= question.floor);
  }
  if (known!.count > comparedMax) return undefined;
  const nearest = new Nearest(question);
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const beyond = after === undefined ? undefined : sql`${t.chunkId} > ${after}::uuid`;
    const rows: { id: string; numbers: Buffer }[] = await db
      .select({ id: t.chunkId, numbers: sql<Buffer>`array_send(${t.vector})` })
      .from(t)
      .innerJoin(passages, shown)
      .where(and(wanted, beyond))
      .orderBy(t.chunkId)
      .limit(rowsMax);
    for (const { id, numbers } of rows) nearest.compare(id, readNumbers(numbers));
    after = rows.at(-1)?.id;
    isLast = rows.length < rowsMax;
  }
  return nearest.list();
}

/** The members of an array of `real`, none of them null. */
function readNumbers(sent: Buffer): Float32Array {
  const numbers = new Float32Array(Math.max(0, (sent.length - headBytes) / memberBytes));
  for (let at = 0; at < numbers.length; at++) numbers[at] = sent.readFloatBE(headBytes + at * memberBytes + 4);
  return numbers;
}
