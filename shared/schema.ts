/**
 * The one door to tables and row types. Server code and drizzle-kit import it; browsers import its types only, since
 * drizzle and drizzle-zod weigh more than the whole widget.
 */
// biome-ignore-all lint/performance/noBarrelFile: drizzle-kit wants the whole schema behind one module
export {
  type ApiKey,
  apiKeyInsertSchema,
  apiKeyRowSchema,
  apiKeys,
  type Client,
  clientInsertSchema,
  clientRowSchema,
  clients,
  type Invitation,
  invitationInsertSchema,
  invitationRowSchema,
  invitations,
  type Member,
  memberInsertSchema,
  memberRowSchema,
  members,
  type User,
  userInsertSchema,
  userRowSchema,
  users,
} from './tables/accounts.ts';
export { type AuditEntry, auditEntryInsertSchema, auditEntryRowSchema, auditLog } from './tables/audit.ts';
export type { JsonObject, JsonValue } from './tables/columns.ts';
export {
  type Conversation,
  conversationInsertSchema,
  conversationRowSchema,
  conversations,
  type Message,
  messageInsertSchema,
  messageRowSchema,
  messages,
  type OpenHandoff,
  type Visitor,
  visitorInsertSchema,
  visitorRowSchema,
  visitors,
} from './tables/conversations.ts';
export {
  type Attachment,
  attachmentInsertSchema,
  attachmentRowSchema,
  attachments,
  type CannedReply,
  cannedReplies,
  cannedReplyInsertSchema,
  cannedReplyRowSchema,
  conversationNotes,
  conversationRatings,
  conversationSearch,
  type Handoff,
  handoffInsertSchema,
  handoffRowSchema,
  handoffs,
  type Note,
  noteInsertSchema,
  noteRowSchema,
  type Rating,
  ratingInsertSchema,
  ratingRowSchema,
  type SearchEntry,
  searchEntryRowSchema,
} from './tables/inbox.ts';
export {
  type WidgetIdentity,
  type WidgetInstall,
  widgetIdentities,
  widgetIdentityInsertSchema,
  widgetIdentityRowSchema,
  widgetInstallInsertSchema,
  widgetInstallRowSchema,
  widgetInstalls,
} from './tables/installs.ts';
export { session } from './tables/sessions.ts';
export { clientWidgets, type Widget, widgetInsertSchema, widgetRowSchema } from './tables/widgets.ts';
