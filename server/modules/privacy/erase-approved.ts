import type { WrittenContent } from '../../../shared/knowledge-vocabulary.ts';
import type { KnowledgeDocument, Visitor } from '../../../shared/schema.ts';
import type { ApprovalSource } from '../../storage/repositories/erasures.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { queueReading } from '../knowledge/queue-reading.ts';
import { quotes } from './quotes.ts';

type Pair = NonNullable<WrittenContent['pairs']>[number];

export interface ErasedApproved {
  /** How many pairs went. */
  answers: number;
  /** How many answers to others quoted them. */
  quotations: number;
  /** To be read again without them. */
  changed: KnowledgeDocument[];
  /** Ids of documents of which nothing was left. */
  removed: string[];
}

/**
 * Takes the approved answers that were written from a visitor's messages, and still hold their words or say who they are,
 * out of their documents, which are read again. What an owner has put into other words since is theirs, and stays.
 */
export async function eraseApproved(
  own: ClientStorage,
  approvals: readonly ApprovalSource[],
  { name, email, externalId }: Pick<Visitor, 'name' | 'email' | 'externalId'>,
): Promise<ErasedApproved> {
  const erased: ErasedApproved = { answers: 0, quotations: 0, changed: [], removed: [] };
  const called = [name, email, externalId].filter((one) => one !== null);
  for (const documentId of new Set(approvals.map((one) => one.documentId))) {
    const said = approvals.filter((one) => one.documentId === documentId).map((one) => one.said);
    const document = await own.documents.find(documentId);
    const pairs = document?.content?.pairs ?? [];
    const isTheirs = ({ question, answer }: Pair) => [question, answer].some((text) => quotes(text, { said, called }));
    const left = pairs.filter((pair) => !isTheirs(pair));
    if (left.length === pairs.length) continue;
    erased.answers += pairs.length - left.length;
    const texts = pairs.filter(isTheirs).flatMap(({ question, answer }) => [question, answer]);
    erased.quotations += await own.erasures.eraseQuotations(documentId, texts);
    if (left.length > 0) erased.changed.push(await queueReading(own, documentId, { content: { pairs: left } }));
    else {
      await own.documents.remove(documentId);
      erased.removed.push(documentId);
    }
  }
  return erased;
}
