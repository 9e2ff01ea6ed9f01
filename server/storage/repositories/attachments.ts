import type { Attachment } from '../../../shared/schema.ts';
import type { Page, PageRequest } from '../storage.ts';

export type NewAttachment = Pick<
  Attachment,
  'conversationId' | 'uploadedBy' | 'name' | 'mediaType' | 'sizeBytes' | 'storageKey'
>;

/** What is known of uploaded files; their bytes are in the file store. */
export interface AttachmentsRepository {
  /** Notes a file that no message has taken up yet. @throws NotFoundError `conversation` */
  create(input: NewAttachment): Promise<Attachment>;

  /** Undefined when there is none. */
  find(id: string): Promise<Attachment | undefined>;

  /** Those of the client, or of one of its conversations; in the order they were uploaded (id ascending). */
  list(filter: { conversationId?: string | undefined }, page: PageRequest): Promise<Page<Attachment>>;

  /**
   * Marks the attachments as sent, all or none of them, and answers them in the order of `ids`, which differ. Of several
   * who take the same one at the same time one gets it.
   * @throws NotFoundError `attachment` when one of them is not in the conversation, was uploaded by the other side, or
   * has been sent
   */
  take(
    ids: readonly string[],
    by: { conversationId: string; uploadedBy: Attachment['uploadedBy'] },
  ): Promise<Attachment[]>;

  /** How many one side has uploaded into a conversation that no message has taken up. */
  countUnsent(by: { conversationId: string; uploadedBy: Attachment['uploadedBy'] }): Promise<number>;

  /**
   * The `storageKey` of every file of the client, or of one of its conversations. Inside a transaction nobody can add
   * another one there until it ends: what is removed then, with all its files, leaves no bytes behind.
   */
  seal(filter: { conversationId?: string | undefined }): Promise<string[]>;

  /** Removes it unless it has been sent. Answers whether this call has removed it. */
  removeUnsent(id: string): Promise<boolean>;
}
