import { answerReceipts, jobs, modelSettings, modelUsage, webhookCalls, webhookSecrets } from './mem-answer-tables.ts';
import {
  apiKeys,
  auditLog,
  cannedReplies,
  clients,
  invitations,
  members,
  users,
  widgets,
} from './mem-client-tables.ts';
import {
  attachments,
  conversationSearch,
  conversations,
  handoffs,
  messages,
  notes,
  ratings,
  visitors,
} from './mem-conversation-tables.ts';
import { secondFactors, tallies, userTokens } from './mem-credential-tables.ts';
import { chunks, documentParts, documents, passageVectors } from './mem-knowledge-tables.ts';
import { approvedAnswers, clientPrivacy, erasures, removedFiles } from './mem-privacy-tables.ts';
import type { AnyTable } from './mem-table.ts';
import { untyped } from './mem-table.ts';
import { webhookDeliveries, webhooks } from './mem-webhook-tables.ts';
import { findings, identities, installs } from './mem-widget-tables.ts';

/** Parents before children, so that rows read in this order find what they refer to. */
export const allTables: readonly AnyTable[] = [
  users,
  userTokens,
  secondFactors,
  tallies,
  removedFiles,
  clients,
  members,
  invitations,
  apiKeys,
  widgets,
  installs,
  findings,
  identities,
  visitors,
  conversations,
  messages,
  attachments,
  notes,
  cannedReplies,
  handoffs,
  ratings,
  conversationSearch,
  auditLog,
  documents,
  documentParts,
  chunks,
  passageVectors,
  jobs,
  answerReceipts,
  webhookCalls,
  webhookSecrets,
  webhooks,
  webhookDeliveries,
  modelSettings,
  modelUsage,
  clientPrivacy,
  erasures,
  approvedAnswers,
].map(untyped);
