import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientId } from '../../../shared/ids.ts';
import { StorageUnavailableError, StorageUsageError } from '../errors.ts';
import type { AccountsRepository } from '../repositories/accounts.ts';
import type { CredentialsRepository } from '../repositories/credentials.ts';
import type { DeliveryQueueRepository } from '../repositories/delivery-queue.ts';
import type { DirectoryRepository } from '../repositories/directory.ts';
import type { QueueRepository } from '../repositories/queue.ts';
import type { RemovedFilesRepository } from '../repositories/removed-files.ts';
import type { TalliesRepository } from '../repositories/tallies.ts';
import type { TransferRepository } from '../repositories/transfer.ts';
import type { ClientStorage, IStorage, StorageEnvironment, StorageScope } from '../storage.ts';
import { createAccounts } from './accounts.ts';
import { createApiKeys } from './api-keys.ts';
import { createAttachments } from './attachments.ts';
import { createAudit } from './audit.ts';
import { createCannedReplies } from './canned-replies.ts';
import { createChunks } from './chunks.ts';
import { createClient } from './client.ts';
import { createConversations } from './conversations.ts';
import { createCounts } from './counts.ts';
import { createCredentials } from './credentials.ts';
import { createDeliveryQueue } from './delivery-queue.ts';
import { createDirectory } from './directory.ts';
import { createDocuments } from './documents.ts';
import { createErasures } from './erasures.ts';
import { createFindings } from './findings.ts';
import { createHandoffs } from './handoffs.ts';
import { createIdentities } from './identities.ts';
import { createInstalls } from './installs.ts';
import { createInvitations } from './invitations.ts';
import { createJobs } from './jobs.ts';
import { createOuterContext, InnerContext, type MemContext } from './mem-context.ts';
import { MemDatabase } from './mem-database.ts';
import { indexPassages } from './mem-passage-index.ts';
import { idOf } from './mem-values.ts';
import { createMembers } from './members.ts';
import { createMessages } from './messages.ts';
import { createModels } from './models.ts';
import { createNotes } from './notes.ts';
import { createOutgoingWebhooks } from './outgoing-webhooks.ts';
import { createPassages } from './passages.ts';
import { createPrivacy } from './privacy.ts';
import { createQueue } from './queue.ts';
import { createRatings } from './ratings.ts';
import { createReceipts } from './receipts.ts';
import { createRemovedFiles } from './removed-files.ts';
import { createSearch } from './search.ts';
import { createTallies } from './tallies.ts';
import { createTransfer } from './transfer.ts';
import { createVisitors } from './visitors.ts';
import { createWebhooks } from './webhooks.ts';
import { createWidgets } from './widgets.ts';

/**
 * How often colliding work is run. Nobody waits for anybody here: where Postgres lets the second of two writers wait
 * for a row lock, this lets it run again. Each time somebody else has got through, so that the last of n writers of one
 * row may need n attempts, and a bound as low as the one for deadlocks would fail it.
 */
const ATTEMPTS_MAX = 1_000;

/**
 * Storage in the memory of this process: what it holds is gone with it, unless it is saved (`state-file.ts`). A
 * transaction is an overlay that remembers which committed rows it was built on; when they have changed at its commit,
 * its work is run again.
 */
export class MemStorage implements IStorage {
  readonly kind = 'memory';
  readonly accounts: AccountsRepository;
  readonly directory: DirectoryRepository;
  readonly queue: QueueRepository;
  readonly deliveryQueue: DeliveryQueueRepository;
  readonly credentials: CredentialsRepository;
  readonly tallies: TalliesRepository;
  readonly removedFiles: RemovedFilesRepository;
  readonly transfer: TransferRepository;
  private readonly env: StorageEnvironment;
  private readonly database: MemDatabase;
  private readonly outer: MemContext;
  private readonly running = new Set<Promise<unknown>>();
  /** Which transaction the running code belongs to, so that a write past it is noticed. */
  private readonly inside = new AsyncLocalStorage<{ ended: boolean }>();
  private closed = false;

  /** @param database with the rows to start with; it must not be used elsewhere */
  constructor(env: StorageEnvironment, database = new MemDatabase()) {
    this.env = env;
    this.database = database;
    this.outer = createOuterContext(env, database, {
      beforeAny: () => this.refuseWhenClosed(),
      beforeWrite: () => this.refuseInsideTransaction(),
    });
    this.accounts = createAccounts(this.outer);
    this.directory = createDirectory(this.outer);
    this.queue = createQueue(this.outer);
    this.deliveryQueue = createDeliveryQueue(this.outer);
    this.credentials = createCredentials(this.outer);
    this.tallies = createTallies(this.outer);
    this.removedFiles = createRemovedFiles(this.outer);
    this.transfer = createTransfer(this.outer);
    void indexPassages(() => database.begin());
  }

  forClient(id: ClientId): ClientStorage {
    return clientStorage(this.outer, id);
  }

  async transaction<T>(work: (scope: StorageScope) => Promise<T>): Promise<T> {
    this.refuseWhenClosed();
    this.refuseInsideTransaction();
    const done = this.runUntilItFits(work);
    this.running.add(done);
    try {
      return await done;
    } finally {
      this.running.delete(done);
    }
  }

  async ping(): Promise<void> {
    this.refuseWhenClosed();
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.running);
  }

  /** The rows of every table as they are now, parents before children. Not to be changed. */
  snapshot(): ReturnType<MemDatabase['snapshot']> {
    return this.database.snapshot();
  }

  private async runUntilItFits<T>(work: (scope: StorageScope) => Promise<T>): Promise<T> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      const transaction = this.database.begin();
      const context = new InnerContext(this.env, transaction);
      const marker = { ended: false };
      let result: T;
      try {
        result = await this.inside.run(marker, () => work(scopeIn(context)));
      } finally {
        marker.ended = true;
        context.end();
      }
      context.throwIfSpoiled();
      if (this.database.commit(transaction)) return result;
    }
    throw new StorageUnavailableError(new Error(`The transaction collided ${ATTEMPTS_MAX} times.`));
  }

  private refuseWhenClosed(): void {
    if (this.closed) throw new StorageUnavailableError(new Error('The storage has been closed.'));
  }

  private refuseInsideTransaction(): void {
    if (this.inside.getStore()?.ended === false) {
      throw new StorageUsageError('Inside a transaction, write through its scope.');
    }
  }
}

function scopeIn(context: MemContext): StorageScope {
  return {
    accounts: createAccounts(context),
    directory: createDirectory(context),
    queue: createQueue(context),
    deliveryQueue: createDeliveryQueue(context),
    credentials: createCredentials(context),
    tallies: createTallies(context),
    removedFiles: createRemovedFiles(context),
    transfer: createTransfer(context),
    forClient: (id) => clientStorage(context, id),
  };
}

function clientStorage(context: MemContext, id: ClientId): ClientStorage {
  const clientId = idOf(id) as ClientId;
  return {
    clientId,
    client: createClient(context, clientId),
    members: createMembers(context, clientId),
    invitations: createInvitations(context, clientId),
    apiKeys: createApiKeys(context, clientId),
    widgets: createWidgets(context, clientId),
    installs: createInstalls(context, clientId),
    findings: createFindings(context, clientId),
    identities: createIdentities(context, clientId),
    visitors: createVisitors(context, clientId),
    conversations: createConversations(context, clientId),
    messages: createMessages(context, clientId),
    attachments: createAttachments(context, clientId),
    notes: createNotes(context, clientId),
    cannedReplies: createCannedReplies(context, clientId),
    handoffs: createHandoffs(context, clientId),
    ratings: createRatings(context, clientId),
    search: createSearch(context, clientId),
    counts: createCounts(context, clientId),
    audit: createAudit(context, clientId),
    documents: createDocuments(context, clientId),
    chunks: createChunks(context, clientId),
    passages: createPassages(context, clientId),
    jobs: createJobs(context, clientId),
    receipts: createReceipts(context, clientId),
    webhooks: createWebhooks(context, clientId),
    outgoingWebhooks: createOutgoingWebhooks(context, clientId),
    models: createModels(context, clientId),
    privacy: createPrivacy(context, clientId),
    erasures: createErasures(context, clientId),
  };
}
