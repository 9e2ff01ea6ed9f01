import { DrizzleQueryError } from 'drizzle-orm/errors';
import {
  ConflictError,
  type ConflictReason,
  type EntityName,
  InvalidCursorError,
  NotFoundError,
  StorageOverloadedError,
  StorageUnavailableError,
  StorageUsageError,
} from '../errors.ts';

/**
 * The statement lost against a concurrent one and may be run again: a deadlock, a serialization failure, or a row with
 * the same client-made id that somebody else stored in between. What callers see when no retry is left.
 */
export class CollisionError extends StorageUnavailableError {}

/** Somebody else holds a row for longer than a statement may wait. Nothing was done; the connection is as good as ever. */
export class RowHeldError extends StorageUnavailableError {}

/** There was no connection to send anything on: surely nothing was done. */
export class NotConnectedError extends StorageUnavailableError {}

/** Postgres refused a statement for a reason that is a fault of this program. Carries no SQL and no values. */
export class DatabaseFaultError extends Error {
  override readonly name = 'DatabaseFaultError';
  /** SQLSTATE, or undefined when the fault did not come from Postgres. */
  readonly code: string | undefined;
  constructor(code: string | undefined, where: string) {
    super(`Postgres refused a statement (${code ?? 'no SQLSTATE'}${where}).`);
    this.code = code;
  }
}

const conflictOf: Record<string, ConflictReason> = {
  users_email_key: 'email_taken',
  members_pkey: 'already_member',
  invitations_token_key: 'token_taken',
  api_keys_hash_key: 'key_taken',
  client_widgets_public_key_key: 'key_taken',
  visitors_external_key: 'external_id_taken',
  canned_replies_shortcut_key: 'shortcut_taken',
  answer_receipts_pkey: 'already_answered',
};

const missingOf: Record<string, EntityName> = {
  answer_receipts_conversation_fk: 'conversation',
  api_keys_client_fk: 'client',
  api_keys_creator_fk: 'user',
  approved_answers_conversation_fk: 'conversation',
  approved_answers_document_fk: 'document',
  attachments_conversation_fk: 'conversation',
  audit_log_actor_fk: 'user',
  audit_log_client_fk: 'client',
  canned_replies_client_fk: 'client',
  chunks_document_fk: 'document',
  client_privacy_client_fk: 'client',
  client_widgets_client_fk: 'client',
  conversation_notes_conversation_fk: 'conversation',
  conversation_ratings_conversation_fk: 'conversation',
  conversation_search_conversation_fk: 'conversation',
  conversations_assignee_fk: 'member',
  conversations_client_fk: 'client',
  conversations_visitor_fk: 'visitor',
  conversations_widget_fk: 'widget',
  document_parts_document_fk: 'document',
  documents_client_fk: 'client',
  erasures_client_fk: 'client',
  handoffs_conversation_fk: 'conversation',
  invitations_client_fk: 'client',
  invitations_creator_fk: 'user',
  jobs_client_fk: 'client',
  members_client_fk: 'client',
  members_user_fk: 'user',
  messages_conversation_fk: 'conversation',
  model_settings_client_fk: 'client',
  model_usage_client_fk: 'client',
  user_second_factors_user_fk: 'user',
  user_tokens_user_fk: 'user',
  visitors_client_fk: 'client',
  visitors_widget_fk: 'widget',
  webhook_calls_conversation_fk: 'conversation',
  webhook_calls_widget_fk: 'widget',
  webhook_secrets_widget_fk: 'widget',
  widget_findings_widget_fk: 'widget',
  webhooks_client_fk: 'client',
  widget_identities_widget_fk: 'widget',
  widget_installs_widget_fk: 'widget',
};

/** Rows that two processes may store at once; the loser runs again and finds the winner's. */
const clientMadeKeys = new Set([
  'messages_client_made_key',
  'conversations_client_made_key',
  'conversation_search_pkey',
]);

/** A webhook that was removed while an event was being put in its outbox: run again, the statement does without it. */
const collidingKeys = new Set(['webhook_deliveries_webhook_fk']);

/** The last is how the statement that stores messages gives up, and no other statement divides. */
const collisions = new Set(['40001', '40P01', '22012']);

/** Class 08 connections, 28 sign-in, 53 resources, 57P shutdown and start-up; a database or its writability gone. */
const unavailable = /^(08...|28...|53...|57P..|57014|3D000|25006)$/;

/** What `pg`, pg-pool and Neon's driver say without a code when the connection is the trouble. */
const connectionTrouble =
  /connection terminated|connection ended|after calling end on the pool|timeout exceeded when trying to connect|timeout expired|not queryable|connection error|query read timeout|socket|websocket/i;

/** The class of `errors.ts` that says what happened; never a text with SQL or values in it. */
export function translateError(error: unknown): Error {
  if (isOurs(error)) return error;
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  if (isOurs(cause)) return cause;
  if (typeof cause !== 'object' || cause === null) return new DatabaseFaultError(undefined, '');
  const { code, constraint } = cause as { code?: unknown; constraint?: unknown };
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E')) {
    return translateAnswer(cause as Error, code, typeof constraint === 'string' ? constraint : '');
  }
  if (isConnectionTrouble(cause)) return new StorageUnavailableError(cause);
  return cause instanceof Error ? cause : new DatabaseFaultError(undefined, '');
}

/** Whether the connection on which the error came up is of no more use, or may not be. */
export function isConnectionLost(error: unknown): boolean {
  const translated = translateError(error);
  if (translated instanceof CollisionError || translated instanceof RowHeldError) return false;
  return translated instanceof StorageUnavailableError;
}

function translateAnswer(cause: Error, code: string, constraint: string): Error {
  if (collisions.has(code)) return new CollisionError(cause);
  if (code === '55P03') return new RowHeldError(cause);
  if (unavailable.test(code)) return new StorageUnavailableError(cause);
  if (code === '23505') {
    if (clientMadeKeys.has(constraint)) return new CollisionError(new DatabaseFaultError(code, ` on ${constraint}`));
    return new ConflictError(conflictOf[constraint] ?? 'id_taken');
  }
  if (code === '23503' && collidingKeys.has(constraint)) {
    return new CollisionError(new DatabaseFaultError(code, ` on ${constraint}`));
  }
  const missing = code === '23503' ? missingOf[constraint] : undefined;
  if (missing !== undefined) return new NotFoundError(missing);
  return new DatabaseFaultError(code, constraint === '' ? '' : ` on ${constraint}`);
}

/** Of the file system, in what is done inside a transaction; of a Unix socket only where one was connected to. */
const codesOfFiles = new Set(['EACCES', 'EDQUOT', 'EISDIR', 'ENOENT', 'ENOSPC', 'ENOTDIR', 'EROFS']);

/** Errors of the network (ECONNREFUSED, ENOTFOUND, EPIPE, …), of the pool, and the events a WebSocket fails with. */
function isConnectionTrouble(cause: object): boolean {
  const { code, message, type, errors, syscall } = cause as {
    code?: unknown;
    syscall?: unknown;
    message?: unknown;
    type?: unknown;
    errors?: unknown;
  };
  if (typeof code === 'string' && codesOfFiles.has(code)) return syscall === 'connect';
  if (typeof code === 'string' && /^E[A-Z_]+$/.test(code)) return true;
  if (type === 'error' || type === 'close') return true;
  if (Array.isArray(errors)) return errors.some((one) => isConnectionTrouble(one as object));
  return typeof message === 'string' && connectionTrouble.test(message);
}

function isOurs(error: unknown): error is Error {
  return (
    error instanceof NotFoundError ||
    error instanceof ConflictError ||
    error instanceof InvalidCursorError ||
    error instanceof StorageUnavailableError ||
    error instanceof StorageOverloadedError ||
    error instanceof StorageUsageError ||
    error instanceof DatabaseFaultError
  );
}
