import { asc, count, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type Attachment, attachments, conversations } from '../../../shared/schema.ts';
import { decodeIdCursor, encodeIdCursor } from '../cursor.ts';
import { NotFoundError } from '../errors.ts';
import type { AttachmentsRepository, NewAttachment } from '../repositories/attachments.ts';
import type { Page, PageRequest } from '../storage.ts';
import type { Handle } from './handle.ts';
import { pageOf } from './page.ts';
import { owned } from './scope.ts';

const t = attachments;

export class DatabaseAttachments implements AttachmentsRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async create(input: NewAttachment): Promise<Attachment> {
    const { conversationId, uploadedBy, name, mediaType, sizeBytes, storageKey } = input;
    const row = {
      clientId: this.#clientId,
      id: this.#handle.env.newId(),
      conversationId,
      uploadedBy,
      name,
      mediaType,
      sizeBytes,
      storageKey,
      sentAt: null,
      createdAt: this.#handle.env.now(),
    };
    const [attachment] = await this.#handle.write((db) => db.insert(t).values(row).returning());
    return attachment!;
  }

  async find(id: string): Promise<Attachment | undefined> {
    const [attachment] = await this.#handle.read((db) =>
      db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, eq(t.id, id))),
    );
    return attachment;
  }

  list({ conversationId }: { conversationId?: string | undefined }, page: PageRequest): Promise<Page<Attachment>> {
    return this.#handle.read(async (db) => {
      const within = conversationId === undefined ? undefined : eq(t.conversationId, conversationId);
      const after = page.cursor === undefined ? undefined : gt(t.id, decodeIdCursor(page.cursor));
      const rows = await db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, within, after))
        .orderBy(asc(t.id))
        .limit(page.limit + 1);
      return pageOf(rows, page.limit, ({ id }) => encodeIdCursor(id));
    });
  }

  take(
    ids: readonly string[],
    { conversationId, uploadedBy }: { conversationId: string; uploadedBy: Attachment['uploadedBy'] },
  ): Promise<Attachment[]> {
    const wanted = ids.map((id) => id.toLowerCase());
    return this.#handle.atomically(async (db) => {
      if (wanted.length === 0) return [];
      const free = owned(
        t,
        this.#clientId,
        inArray(t.id, wanted),
        eq(t.conversationId, conversationId),
        eq(t.uploadedBy, uploadedBy),
        isNull(t.sentAt),
      );
      const taken = await db.update(t).set({ sentAt: this.#handle.env.now() }).where(free).returning();
      if (taken.length < wanted.length) throw new NotFoundError('attachment');
      return taken.sort((a, b) => wanted.indexOf(a.id) - wanted.indexOf(b.id));
    });
  }

  async countUnsent(by: { conversationId: string; uploadedBy: Attachment['uploadedBy'] }): Promise<number> {
    const unsent = owned(
      t,
      this.#clientId,
      eq(t.conversationId, by.conversationId),
      eq(t.uploadedBy, by.uploadedBy),
      isNull(t.sentAt),
    );
    const [row] = await this.#handle.read((db) => db.select({ count: count() }).from(t).where(unsent));
    return row!.count;
  }

  seal({ conversationId }: { conversationId?: string | undefined }): Promise<string[]> {
    return this.#handle.atomically(async (db) => {
      const only = conversationId === undefined ? undefined : eq(conversations.id, conversationId);
      const where = owned(conversations, this.#clientId, only);
      // Who adds a file holds its conversation, and waits while somebody else holds it for an update.
      await db.execute(
        sql`select count(*) from (select 1 from ${conversations} where ${where} order by ${conversations.id} for update) held`,
      );
      const within = conversationId === undefined ? undefined : eq(t.conversationId, conversationId);
      const rows = await db
        .select({ storageKey: t.storageKey })
        .from(t)
        .where(owned(t, this.#clientId, within))
        .orderBy(asc(t.id));
      return rows.map(({ storageKey }) => storageKey);
    });
  }

  removeUnsent(id: string): Promise<boolean> {
    return this.#handle.write(async (db) => {
      const removed = await db
        .delete(t)
        .where(owned(t, this.#clientId, eq(t.id, id), isNull(t.sentAt)))
        .returning({ id: t.id });
      return removed.length > 0;
    });
  }
}
