import type { ClientId } from '../../../shared/ids.ts';
import type { ClientStorage, StorageScope } from '../storage.ts';
import { DatabaseAccounts } from './accounts.ts';
import { DatabaseApiKeys } from './api-keys.ts';
import { DatabaseAttachments } from './attachments.ts';
import { DatabaseAudit } from './audit.ts';
import { DatabaseCannedReplies } from './canned-replies.ts';
import { DatabaseChunks } from './chunks.ts';
import { DatabaseClient } from './client.ts';
import { DatabaseConversations } from './conversations.ts';
import { DatabaseCounts } from './counts.ts';
import { DatabaseCredentials } from './credentials.ts';
import { DatabaseDeliveryQueue } from './delivery-queue.ts';
import { DatabaseDirectory } from './directory.ts';
import { DatabaseDocuments } from './documents.ts';
import { DatabaseErasures } from './erasures.ts';
import { DatabaseFindings } from './findings.ts';
import type { Handle } from './handle.ts';
import { DatabaseHandoffs } from './handoffs.ts';
import { DatabaseIdentities } from './identities.ts';
import { DatabaseInstalls } from './installs.ts';
import { DatabaseInvitations } from './invitations.ts';
import { DatabaseJobs } from './jobs.ts';
import { DatabaseMembers } from './members.ts';
import { DatabaseMessages } from './messages.ts';
import { DatabaseModels } from './models.ts';
import { DatabaseNotes } from './notes.ts';
import { DatabaseOutgoingWebhooks } from './outgoing-webhooks.ts';
import { DatabasePassages } from './passages.ts';
import { DatabasePrivacy } from './privacy.ts';
import { DatabaseQueue } from './queue.ts';
import { DatabaseRatings } from './ratings.ts';
import { DatabaseReceipts } from './receipts.ts';
import { DatabaseRemovedFiles } from './removed-files.ts';
import { DatabaseSearch } from './search.ts';
import { DatabaseTallies } from './tallies.ts';
import { DatabaseTransfer } from './transfer.ts';
import { DatabaseVisitors } from './visitors.ts';
import { DatabaseWebhooks } from './webhooks.ts';
import { DatabaseWidgets } from './widgets.ts';

/** All repositories, on the pool or on a transaction. */
export function repositoriesOf(handle: Handle): StorageScope {
  return {
    accounts: new DatabaseAccounts(handle),
    directory: new DatabaseDirectory(handle),
    queue: new DatabaseQueue(handle),
    deliveryQueue: new DatabaseDeliveryQueue(handle),
    credentials: new DatabaseCredentials(handle),
    tallies: new DatabaseTallies(handle),
    removedFiles: new DatabaseRemovedFiles(handle),
    transfer: new DatabaseTransfer(handle),
    forClient: (id) => clientStorage(handle, id),
  };
}

function clientStorage(handle: Handle, id: ClientId): ClientStorage {
  const clientId = id.toLowerCase() as ClientId;
  return {
    clientId,
    client: new DatabaseClient(handle, clientId),
    members: new DatabaseMembers(handle, clientId),
    invitations: new DatabaseInvitations(handle, clientId),
    apiKeys: new DatabaseApiKeys(handle, clientId),
    widgets: new DatabaseWidgets(handle, clientId),
    installs: new DatabaseInstalls(handle, clientId),
    findings: new DatabaseFindings(handle, clientId),
    identities: new DatabaseIdentities(handle, clientId),
    visitors: new DatabaseVisitors(handle, clientId),
    conversations: new DatabaseConversations(handle, clientId),
    messages: new DatabaseMessages(handle, clientId),
    attachments: new DatabaseAttachments(handle, clientId),
    notes: new DatabaseNotes(handle, clientId),
    cannedReplies: new DatabaseCannedReplies(handle, clientId),
    handoffs: new DatabaseHandoffs(handle, clientId),
    ratings: new DatabaseRatings(handle, clientId),
    search: new DatabaseSearch(handle, clientId),
    counts: new DatabaseCounts(handle, clientId),
    audit: new DatabaseAudit(handle, clientId),
    documents: new DatabaseDocuments(handle, clientId),
    chunks: new DatabaseChunks(handle, clientId),
    passages: new DatabasePassages(handle, clientId),
    jobs: new DatabaseJobs(handle, clientId),
    receipts: new DatabaseReceipts(handle, clientId),
    webhooks: new DatabaseWebhooks(handle, clientId),
    outgoingWebhooks: new DatabaseOutgoingWebhooks(handle, clientId),
    models: new DatabaseModels(handle, clientId),
    privacy: new DatabasePrivacy(handle, clientId),
    erasures: new DatabaseErasures(handle, clientId),
  };
}
