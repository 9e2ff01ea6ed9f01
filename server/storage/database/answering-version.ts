import { eq, type SQL, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { documents } from '../../../shared/schema.ts';
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
