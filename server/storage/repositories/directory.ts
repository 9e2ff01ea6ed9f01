import type { ApiKey, Attachment, Conversation, Invitation, Widget } from '../../../shared/schema.ts';

/** Read-only look-ups by something a stranger holds. What is found names the client; nothing else does. */
export interface DirectoryRepository {
  /** The widget with this public key; undefined when there is none or it is archived. Its status is not looked at. */
  findWidgetByPublicKey(publicKey: string): Promise<Widget | undefined>;

  /** The key with this SHA-256 (hexadecimal); undefined when there is none or it is revoked. */
  findApiKeyByHash(keyHash: string): Promise<ApiKey | undefined>;

  /** The invitation with this token hash, used and expired ones too; undefined when there is none. */
  findInvitationByTokenHash(tokenHash: string): Promise<Invitation | undefined>;

  /**
   * Widgets of any client that are `pending`, not archived, and whose `activateAt` is not after `now`; at most `limit`,
   * by `activateAt`, then id.
   */
  listWidgetsDueForActivation(now: Date, limit: number): Promise<Widget[]>;

  /**
   * Conversations of any client that are `snoozed` and whose `snoozedUntil` is not after `now`; at most `limit`, by
   * `snoozedUntil`, then id.
   */
  listConversationsDueToWake(now: Date, limit: number): Promise<Conversation[]>;

  /**
   * Conversations of any client that cannot be found by all of their messages, or by nothing yet: those after `after`,
   * at most `limit`, by client id, then id.
   */
  listConversationsToIndex(
    after: Pick<Conversation, 'clientId' | 'id'> | undefined,
    limit: number,
  ): Promise<Conversation[]>;

  /** Attachments of any client that were made not after `before` and not sent; at most `limit`, by `createdAt`, then id. */
  listUnsentAttachments(before: Date, limit: number): Promise<Attachment[]>;
}
