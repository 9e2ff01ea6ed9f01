import type { ErasedCounts } from '../../../shared/privacy-vocabulary.ts';
import type { ApprovedAnswer, Erasure, Visitor } from '../../../shared/schema.ts';
import type { Page, PageRequest } from '../storage.ts';

export type NewErasure = Pick<Erasure, 'actorKind' | 'counts' | 'subjectHash'>;

/** What went with some conversations. */
export interface RemovedConversations {
  counts: ErasedCounts;
  /** Files whose bytes are to be removed. */
  storageKeys: string[];
}

/** An approved answer, and what a visitor said from which it was written. */
export interface ApprovalSource {
  documentId: string;
  said: string;
}

/** The removal of what is known of visitors, and the receipts of it. */
export interface ErasuresRepository {
  /**
   * The visitor; undefined when there is none. Inside a transaction nobody else changes the visitor or begins a
   * conversation with them until it ends.
   */
  holdVisitor(id: string): Promise<Visitor | undefined>;

  /** Ids of all of the visitor's conversations, ascending. */
  conversationsOf(visitorId: string): Promise<string[]>;

  /**
   * Removes these conversations with all that hangs on them, and the jobs to answer them; the details of audit entries
   * about them become `erasedDetails`. Those that are not there are passed over. Nothing that is being added to one of
   * them meanwhile stays.
   */
  removeConversations(ids: readonly string[]): Promise<RemovedConversations>;

  /**
   * Removes a visitor who has no conversation any more; the details of audit entries about them become `erasedDetails`.
   * Answers whether there was one. @throws ConflictError `in_use` when a conversation is left
   */
  removeVisitor(id: string): Promise<boolean>;

  /** Notes that an approved answer in the document was written from the message. Noting it again changes nothing.
   * @throws NotFoundError `document` or `conversation` */
  noteApproval(approval: Omit<ApprovedAnswer, 'clientId'>): Promise<void>;

  /** Which documents have approved answers that were written from messages of these conversations, and from which. */
  approvalsFrom(conversationIds: readonly string[]): Promise<ApprovalSource[]>;

  /**
   * Takes the text of the passages of a document out of the receipts and quotations of answers that used it, and of what
   * webhooks were told of these, where it holds one of these texts. Answers how many answers lost a text.
   */
  eraseQuotations(documentId: string, texts: readonly string[]): Promise<number>;

  /** @throws NotFoundError `client` */
  create(input: NewErasure): Promise<Erasure>;

  /** Newest first (by id, descending). @throws InvalidCursorError */
  list(page: PageRequest): Promise<Page<Erasure>>;

  /** When the subject with this hash was erased last. Undefined: never, or so long ago that it was forgotten. */
  erasedAt(subjectHash: string): Promise<Date | undefined>;

  /** Forgets of whom receipts made before this time were. Answers how many. */
  forgetSubjects(before: Date): Promise<number>;
}
