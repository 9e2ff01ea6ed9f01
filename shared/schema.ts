/**
 * The one door to tables and row types. Server code and drizzle-kit import it; browsers import its types only, since
 * drizzle and drizzle-zod weigh more than the whole widget.
 */
// biome-ignore-all lint/performance/noBarrelFile: drizzle-kit wants the whole schema behind one module
export {
  type ApiKey,
  apiKeys,
  type Client,
  clients,
  type Invitation,
  invitations,
  type Member,
  members,
  type User,
  users,
} from './tables/accounts.ts';
export {
  type AnswerReceipt,
  answerReceipts,
  type Job,
  jobs,
  type ModelSettings,
  type ModelUsage,
  modelSettings,
  modelUsage,
  type WebhookCall,
  type WebhookSecret,
  webhookCalls,
  webhookSecrets,
} from './tables/answers.ts';
export { type AuditEntry, auditLog } from './tables/audit.ts';
export type { JsonObject, JsonValue } from './tables/columns.ts';
export {
  type Conversation,
  conversations,
  type Message,
  messages,
  type OpenHandoff,
  type Visitor,
  visitors,
} from './tables/conversations.ts';
export {
  type SecondFactor,
  type Tally,
  type TokenPurpose,
  tallies,
  type UserToken,
  userSecondFactors,
  userTokens,
} from './tables/credentials.ts';
export {
  type Attachment,
  attachments,
  type CannedReply,
  cannedReplies,
  conversationNotes,
  conversationRatings,
  conversationSearch,
  type Handoff,
  handoffs,
  type Note,
  type Rating,
  type SearchEntry,
} from './tables/inbox.ts';
export {
  type WidgetFinding,
  type WidgetIdentity,
  type WidgetInstall,
  widgetFindings,
  widgetIdentities,
  widgetInstalls,
} from './tables/installs.ts';
export {
  type Chunk,
  chunks,
  type DocumentPart,
  documentParts,
  documents,
  type KnowledgeDocument,
} from './tables/knowledge.ts';
export {
  passageStatistics,
  passages,
  passageTerms,
  passageVectors,
  type StoredVector,
} from './tables/passages.ts';
export {
  type ApprovedAnswer,
  approvedAnswers,
  type ClientPrivacy,
  clientPrivacy,
  type Erasure,
  erasures,
  type RemovedFile,
  removedFiles,
} from './tables/privacy.ts';
export { session } from './tables/sessions.ts';
export {
  type Webhook,
  type WebhookDelivery,
  webhookDeliveries,
  webhooks,
} from './tables/webhooks.ts';
export { clientWidgets, type Widget } from './tables/widgets.ts';
