import type { AuditEntry } from '../../../shared/schema.ts';
import type { Page, PageRequest } from '../storage.ts';

export type NewAuditEntry = Pick<
  AuditEntry,
  'actorKind' | 'actorId' | 'actorName' | 'action' | 'targetType' | 'targetId' | 'details' | 'requestId'
>;

export interface AuditRepository {
  /**
   * Called with the transaction of the change it describes.
   * @throws NotFoundError `client`, or `user` when `actorId` names nobody
   */
  append(input: NewAuditEntry): Promise<AuditEntry>;

  /** Newest first (by id, descending). @throws InvalidCursorError */
  list(page: PageRequest): Promise<Page<AuditEntry>>;
}
