import type { ClientId } from '../../shared/ids.ts';
import type { AccountsRepository } from './repositories/accounts.ts';
import type { ApiKeysRepository } from './repositories/api-keys.ts';
import type { AttachmentsRepository } from './repositories/attachments.ts';
import type { AuditRepository } from './repositories/audit.ts';
import type { CannedRepliesRepository } from './repositories/canned-replies.ts';
import type { ChunksRepository } from './repositories/chunks.ts';
import type { ClientRepository } from './repositories/client.ts';
import type { ConversationsRepository } from './repositories/conversations.ts';
import type { CountsRepository } from './repositories/counts.ts';
import type { CredentialsRepository } from './repositories/credentials.ts';
import type { DeliveryQueueRepository } from './repositories/delivery-queue.ts';
import type { DirectoryRepository } from './repositories/directory.ts';
import type { DocumentsRepository } from './repositories/documents.ts';
import type { ErasuresRepository } from './repositories/erasures.ts';
import type { FindingsRepository } from './repositories/findings.ts';
import type { HandoffsRepository } from './repositories/handoffs.ts';
import type { IdentitiesRepository } from './repositories/identities.ts';
import type { InstallsRepository } from './repositories/installs.ts';
import type { InvitationsRepository } from './repositories/invitations.ts';
import type { JobsRepository } from './repositories/jobs.ts';
import type { MembersRepository } from './repositories/members.ts';
import type { MessagesRepository } from './repositories/messages.ts';
import type { ModelsRepository } from './repositories/models.ts';
import type { NotesRepository } from './repositories/notes.ts';
import type { OutgoingWebhooksRepository } from './repositories/outgoing-webhooks.ts';
import type { PassagesRepository } from './repositories/passages.ts';
import type { PrivacyRepository } from './repositories/privacy.ts';
import type { QueueRepository } from './repositories/queue.ts';
import type { RatingsRepository } from './repositories/ratings.ts';
import type { ReceiptsRepository } from './repositories/receipts.ts';
import type { RemovedFilesRepository } from './repositories/removed-files.ts';
import type { SearchRepository } from './repositories/search.ts';
import type { TalliesRepository } from './repositories/tallies.ts';
import type { TransferRepository } from './repositories/transfer.ts';
import type { VisitorsRepository } from './repositories/visitors.ts';
import type { WebhooksRepository } from './repositories/webhooks.ts';
import type { WidgetsRepository } from './repositories/widgets.ts';

/** A page of a list and where the next one starts; `nextCursor` is null on the last page. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** What every list takes: at most `limit` items (1 to 100), from where `cursor` says, else from the start. */
export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

/**
 * Everything that belongs to one client. No method takes a client id, and none can reach another client's rows. When
 * the client has been removed, nothing is found, lists are empty, and what makes a row throws `NotFoundError` `client`.
 */
export interface ClientStorage {
  readonly clientId: ClientId;
  readonly client: ClientRepository;
  readonly members: MembersRepository;
  readonly invitations: InvitationsRepository;
  readonly apiKeys: ApiKeysRepository;
  readonly widgets: WidgetsRepository;
  readonly installs: InstallsRepository;
  readonly findings: FindingsRepository;
  readonly identities: IdentitiesRepository;
  readonly visitors: VisitorsRepository;
  readonly conversations: ConversationsRepository;
  readonly messages: MessagesRepository;
  readonly attachments: AttachmentsRepository;
  readonly notes: NotesRepository;
  readonly cannedReplies: CannedRepliesRepository;
  readonly handoffs: HandoffsRepository;
  readonly ratings: RatingsRepository;
  readonly search: SearchRepository;
  readonly counts: CountsRepository;
  readonly audit: AuditRepository;
  readonly documents: DocumentsRepository;
  readonly chunks: ChunksRepository;
  readonly passages: PassagesRepository;
  readonly jobs: JobsRepository;
  readonly receipts: ReceiptsRepository;
  readonly webhooks: WebhooksRepository;
  readonly outgoingWebhooks: OutgoingWebhooksRepository;
  readonly models: ModelsRepository;
  readonly privacy: PrivacyRepository;
  readonly erasures: ErasuresRepository;
}

/** The part of storage that is there inside a transaction as well as outside. */
export interface StorageScope {
  /** People, tenants and who belongs to which: what is asked before a client is known. */
  readonly accounts: AccountsRepository;
  /** Public widget keys, API keys, invitation links: from something a stranger holds to the row that names a client. */
  readonly directory: DirectoryRepository;
  /** Work to be done, of all clients: for whoever does it. */
  readonly queue: QueueRepository;
  /** What webhooks are still to be sent, of all clients: for whoever sends it. */
  readonly deliveryQueue: DeliveryQueueRepository;
  /** What users prove who they are with, beside their passwords. */
  readonly credentials: CredentialsRepository;
  /** How often something was done lately: for limits that all processes share. */
  readonly tallies: TalliesRepository;
  /** Files that no row names any more, which the file store may still have. */
  readonly removedFiles: RemovedFilesRepository;
  /** Rows as they are, of all clients: for whoever carries them to another storage. */
  readonly transfer: TransferRepository;
  forClient(id: ClientId): ClientStorage;
}

/**
 * The seam between Confab and where its data is kept. Two implementations behave alike, proven by one suite.
 *
 * Every method returns copies: changing what was returned changes nothing stored. Instants have millisecond precision.
 * Texts are stored exactly; they must not hold NUL characters or lone surrogates (contracts refuse both). JSON values
 * come back as `JSON.parse(JSON.stringify(value))` would give them, save that the order of keys is not kept. Ids are
 * UUIDs (contracts refuse anything else); upper case addresses the same row, and they come back in lower case. A field
 * that is `undefined` counts as left out. A row that names another row which does not exist is refused with
 * `NotFoundError` of the missing one, the client before all others. A method not inside `transaction` is atomic by
 * itself. Any method may throw `StorageUnavailableError`.
 */
export interface IStorage extends StorageScope {
  readonly kind: 'memory' | 'database';

  /**
   * Runs `work` with everything it writes becoming visible at once when it returns, or not at all when it throws.
   * Others see nothing of it before. When it collides with a concurrent transaction (40001, 40P01 in Postgres) it is
   * run again, at least 5 times before it gives up, so `work` must have no effect but through `scope`. Reads through
   * `scope` see what it wrote; reads through the outer storage do not.
   *
   * A method of `scope` that throws spoils the transaction: later calls through `scope` throw the same error, nothing
   * is stored even when `work` catches it, and `transaction` rejects with it (or with what `work` threw instead).
   * @throws StorageUsageError from any method of `scope` after `work` has ended, and from a write through the outer
   * storage (or another `transaction`) inside `work`, which would wait for itself
   * @throws StorageUnavailableError when it still collides after the last attempt
   */
  transaction<T>(work: (scope: StorageScope) => Promise<T>): Promise<T>;

  /** Resolves when storage answers. @throws StorageUnavailableError */
  ping(): Promise<void>;

  /**
   * Lets running work end and gives everything back. Calling it again is harmless; every other method throws
   * `StorageUnavailableError` from then on.
   */
  close(): Promise<void>;
}

/** What both implementations are given, so that tests can set time and ids. */
export interface StorageEnvironment {
  now(): Date;
  /** A fresh UUIDv7, ascending within one process. */
  newId(): string;
}
