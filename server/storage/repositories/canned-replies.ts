import type { CannedReply } from '../../../shared/schema.ts';

export type NewCannedReply = Pick<CannedReply, 'shortcut' | 'title' | 'content'>;

export interface CannedRepliesRepository {
  /**
   * @throws NotFoundError `client`
   * @throws ConflictError `shortcut_taken` within the client
   */
  create(input: NewCannedReply): Promise<CannedReply>;

  /** Undefined when there is none. */
  find(id: string): Promise<CannedReply | undefined>;

  /** All, by shortcut, ascending in code unit order. */
  list(): Promise<CannedReply[]>;

  /**
   * Changes the given fields and `updatedAt`.
   * @throws NotFoundError `cannedReply`
   * @throws ConflictError `shortcut_taken`
   */
  update(id: string, patch: Partial<NewCannedReply>): Promise<CannedReply>;

  /** @throws NotFoundError `cannedReply` */
  remove(id: string): Promise<void>;
}
