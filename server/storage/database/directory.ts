import { and, asc, eq, getTableColumns, isNull, lte, sql } from 'drizzle-orm';
import {
  type ApiKey,
  type Attachment,
  apiKeys,
  attachments,
  type Conversation,
  clientWidgets,
  conversationSearch,
  conversations,
  type Invitation,
  invitations,
  type Widget,
} from '../../../shared/schema.ts';
import type { DirectoryRepository } from '../repositories/directory.ts';
import type { Handle } from './handle.ts';
import { prepared } from './prepared.ts';

/*
 * Beside those of the queue, the only queries on owned tables that do not name a client: what they find is how the server
 * learns which client it is dealing with.
 */

const findWidget = prepared('widget_by_public_key', (db) =>
  db
    .select()
    .from(clientWidgets)
    .where(and(eq(clientWidgets.publicKey, sql.placeholder('publicKey')), isNull(clientWidgets.archivedAt))),
);

const findApiKey = prepared('api_key_by_hash', (db) =>
  db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.keyHash, sql.placeholder('keyHash')), isNull(apiKeys.revokedAt))),
);

/** Comes before every id. */
const firstId = '00000000-0000-0000-0000-000000000000';

export class DatabaseDirectory implements DirectoryRepository {
  readonly #handle: Handle;

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  async findWidgetByPublicKey(publicKey: string): Promise<Widget | undefined> {
    const [widget] = await this.#handle.read((db) => findWidget(db, { publicKey }));
    return widget;
  }

  async findApiKeyByHash(keyHash: string): Promise<ApiKey | undefined> {
    const [apiKey] = await this.#handle.read((db) => findApiKey(db, { keyHash }));
    return apiKey;
  }

  async findInvitationByTokenHash(tokenHash: string): Promise<Invitation | undefined> {
    const [invitation] = await this.#handle.read((db) =>
      db.select().from(invitations).where(eq(invitations.tokenHash, tokenHash)),
    );
    return invitation;
  }

  listWidgetsDueForActivation(now: Date, limit: number): Promise<Widget[]> {
    return this.#handle.read((db) =>
      db
        .select()
        .from(clientWidgets)
        .where(
          and(
            // Spelled out as the partial index has it; with a parameter a generic plan could not use the index.
            sql`${clientWidgets.status} = 'pending'`,
            isNull(clientWidgets.archivedAt),
            lte(clientWidgets.activateAt, now),
          ),
        )
        .orderBy(asc(clientWidgets.activateAt), asc(clientWidgets.id))
        .limit(limit),
    );
  }

  listConversationsToIndex(
    after: Pick<Conversation, 'clientId' | 'id'> | undefined,
    limit: number,
  ): Promise<Conversation[]> {
    const t = conversations;
    const beyond = sql`(${t.clientId}, ${t.id}) > (${after?.clientId ?? firstId}::uuid, ${after?.id ?? firstId}::uuid)`;
    return this.#handle.read((db) =>
      db
        .select(getTableColumns(t))
        .from(t)
        .leftJoin(
          conversationSearch,
          and(eq(conversationSearch.clientId, t.clientId), eq(conversationSearch.conversationId, t.id)),
        )
        .where(and(beyond, sql`coalesce(${conversationSearch.upToSequence}, -1) < ${t.lastSequence}`))
        .orderBy(asc(t.clientId), asc(t.id))
        .limit(limit),
    );
  }

  listConversationsDueToWake(now: Date, limit: number): Promise<Conversation[]> {
    return this.#handle.read((db) =>
      db
        .select()
        .from(conversations)
        .where(
          // Spelled out as the partial index has it, as above.
          and(sql`${conversations.status} = 'snoozed'`, lte(conversations.snoozedUntil, now)),
        )
        .orderBy(asc(conversations.snoozedUntil), asc(conversations.id))
        .limit(limit),
    );
  }

  listUnsentAttachments(before: Date, limit: number): Promise<Attachment[]> {
    return this.#handle.read((db) =>
      db
        .select()
        .from(attachments)
        .where(and(isNull(attachments.sentAt), lte(attachments.createdAt, before)))
        .orderBy(asc(attachments.createdAt), asc(attachments.id))
        .limit(limit),
    );
  }
}
