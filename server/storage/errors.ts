/** All that storage may throw on purpose. Both implementations throw the same class in the same situation. */

export type EntityName =
  | 'user'
  | 'client'
  | 'member'
  | 'invitation'
  | 'apiKey'
  | 'widget'
  | 'visitor'
  | 'conversation'
  | 'message'
  | 'note'
  | 'cannedReply'
  | 'attachment'
  | 'document'
  | 'chunk'
  | 'receipt'
  | 'webhook'
  | 'delivery'
  | 'auditEntry';

/** The addressed row does not exist, or belongs to another client: the two cannot be told apart. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
  readonly entity: EntityName;
  constructor(entity: EntityName) {
    super(`No such ${entity}.`);
    this.entity = entity;
  }
}

export type ConflictReason =
  | 'email_taken'
  | 'already_member'
  | 'key_taken'
  | 'token_taken'
  | 'external_id_taken'
  | 'id_taken'
  | 'last_owner'
  | 'in_use'
  | 'shortcut_taken'
  | 'already_answered';

/** The change would break a rule that holds over several rows. Nothing was changed. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  readonly reason: ConflictReason;
  constructor(reason: ConflictReason) {
    super(`Conflict: ${reason}.`);
    this.reason = reason;
  }
}

/** The cursor was not made by this list. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
  constructor() {
    super('The cursor is not one this list has given out.');
  }
}

/** Storage cannot be reached now; the caller may try again. Nothing is known about a write that was under way. */
export class StorageUnavailableError extends Error {
  override readonly name = 'StorageUnavailableError';
  constructor(cause: unknown) {
    super('Storage cannot be reached.', { cause });
  }
}

/** More writes are waiting than the server is willing to hold. Nothing was stored. */
export class StorageOverloadedError extends Error {
  override readonly name = 'StorageOverloadedError';
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super('Too many writes are waiting.');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A storage method was called with a stale handle: after the transaction's end, or the outer storage inside one. */
export class StorageUsageError extends Error {
  override readonly name = 'StorageUsageError';
}
