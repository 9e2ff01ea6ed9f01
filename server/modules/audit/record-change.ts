import type { AuditEntry, JsonObject, User } from '../../../shared/schema.ts';
import type { ClientStorage } from '../../storage/storage.ts';

/** Who acts, and in which request. */
export interface Actor {
  user: Pick<User, 'id' | 'name'>;
  requestId: string;
}

export interface Change {
  /** `area.verb`, as in `widget.updated`. */
  action: string;
  targetType:
    | 'client'
    | 'user'
    | 'member'
    | 'invitation'
    | 'apiKey'
    | 'widget'
    | 'conversation'
    | 'note'
    | 'cannedReply'
    | 'webhook'
    | 'document'
    | 'chunk'
    | 'erasure';
  targetId: string;
  /** Names of what changed, roles, labels; never secrets, hashes or tokens. */
  details?: JsonObject;
}

/** Writes the audit row of a change by a member. Call it with the storage of the transaction that makes the change. */
export function recordChange(storage: ClientStorage, { user, requestId }: Actor, change: Change): Promise<AuditEntry> {
  return storage.audit.append({
    actorKind: 'user',
    actorId: user.id,
    actorName: user.name,
    ...change,
    details: change.details ?? {},
    requestId,
  });
}

/** The same for what the server does by itself, as a scheduled activation. */
export function recordSystemChange(storage: ClientStorage, change: Change): Promise<AuditEntry> {
  return storage.audit.append({
    actorKind: 'system',
    actorId: null,
    actorName: 'Confab',
    ...change,
    details: change.details ?? {},
    requestId: null,
  });
}
