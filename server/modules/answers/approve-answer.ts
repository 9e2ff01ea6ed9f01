import { limits } from '../../../shared/limits.ts';
import type { KnowledgeDocument } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import type { MemberCaller } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { announceReading, queueNewDocument, queueReading } from '../knowledge/queue-reading.ts';
import { recordKnowledgeChange } from '../knowledge/record-knowledge-change.ts';

/** Where approved answers are kept. A document of this name that is renamed is left alone; a new one is begun. */
export const approvedDocumentName = 'Approved answers';

interface Approval {
  caller: MemberCaller;
  requestId: string;
  questionMessageId: string;
  question: string;
  answer: string;
}

/**
 * Keeps the right answer to a question for all who ask alike: as a pair of the document “Approved answers”, in place of
 * the pair with the same question, and has the document read again. The question counts as settled.
 * @throws NotFoundError `receipt` @throws HttpProblem `conflict` when the document is full
 */
export async function approveAnswer(
  { storage, bus }: Pick<Deps, 'storage' | 'bus'>,
  { caller, requestId, questionMessageId, question, answer }: Approval,
): Promise<KnowledgeDocument> {
  const { clientId } = caller;
  const document = await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const receipt = await own.receipts.find(questionMessageId);
    if (!receipt) throw new NotFoundError('receipt');
    const before = await findApproved(own);
    const others = (before?.content?.pairs ?? []).filter((pair) => !isSame(pair.question, question));
    if (others.length >= limits.documentPairsMax) {
      throw new HttpProblem('conflict', `“${approvedDocumentName}” is full. Rename it, and a new one is begun.`);
    }
    const content = { pairs: [...others, { question, answer }] };
    const after = before
      ? await queueReading(own, before.id, { content })
      : await queueNewDocument(own, { kind: 'qa', name: approvedDocumentName, content, createdBy: caller.user.id });
    const { conversationId } = receipt;
    await own.erasures.noteApproval({ documentId: after.id, questionMessageId, conversationId });
    await own.receipts.markReviewed(questionMessageId);
    await recordKnowledgeChange(
      own,
      { caller, requestId },
      {
        action: before ? 'document.updated' : 'document.created',
        targetType: 'document',
        targetId: after.id,
        details: before ? { name: after.name, fields: ['pairs'] } : { kind: after.kind, name: after.name },
      },
    );
    return after;
  });
  announceReading(bus, clientId, document);
  return document;
}

async function findApproved(own: ClientStorage): Promise<KnowledgeDocument | undefined> {
  let cursor: string | undefined;
  do {
    const page = await own.documents.list({ limit: 100, cursor });
    const found = page.items.find(({ kind, name }) => kind === 'qa' && name === approvedDocumentName);
    if (found) return found;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return undefined;
}

function isSame(one: string, other: string): boolean {
  const plain = (text: string) =>
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[\s\p{P}]+/gu, ' ')
      .trim();
  return plain(one) === plain(other);
}
