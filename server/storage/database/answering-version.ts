import { eq, ne, type SQL, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { documents, passages } from '../../../shared/schema.ts';
import type { Db } from './handle.ts';
import { owned } from './scope.ts';

/**
 * The number of the version of a document that answers, looked up within the statement: null when there is no such
 * document. Unlike with a join, Postgres knows that what is asked for is one version, and reads it in its order.
 */
export function answeringVersion(db: Db, clientId: ClientId, documentId: string): SQL<number> {
  const version = db
    .select({ version: documents.version })
    .from(documents)
    .where(owned(documents, clientId, eq(documents.id, documentId)));
  return sql`(${version})`;
}

/** Whether a passage is of a version that answers: the index also has those of versions that are being built. */
export function isAnswering(db: Db, clientId: ClientId): SQL {
  const building = db
    .select({ id: documents.id, version: documents.begunVersion })
    .from(documents)
    .where(owned(documents, clientId, ne(documents.begunVersion, documents.version)));
  return sql`(${passages.documentId}, ${passages.version}) not in (${building})`;
}
