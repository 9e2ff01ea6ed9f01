import { eq } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type CannedReply, cannedReplies } from '../../../shared/schema.ts';
import { NotFoundError } from '../errors.ts';
import type { CannedRepliesRepository, NewCannedReply } from '../repositories/canned-replies.ts';
import type { Handle } from './handle.ts';
import { owned } from './scope.ts';

export class DatabaseCannedReplies implements CannedRepliesRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async create({ shortcut, title, content }: NewCannedReply): Promise<CannedReply> {
    const now = this.#handle.env.now();
    const id = this.#handle.env.newId();
    const row = { clientId: this.#clientId, id, shortcut, title, content, createdAt: now, updatedAt: now };
    const [reply] = await this.#handle.write((db) => db.insert(cannedReplies).values(row).returning());
    return reply!;
  }

  async find(id: string): Promise<CannedReply | undefined> {
    const [reply] = await this.#handle.read((db) => db.select().from(cannedReplies).where(this.#row(id)));
    return reply;
  }

  async list(): Promise<CannedReply[]> {
    const rows = await this.#handle.read((db) =>
      db.select().from(cannedReplies).where(owned(cannedReplies, this.#clientId)),
    );
    // Sorted here, since a database sorts texts by the collation it was made with.
    return rows.sort((a, b) => (a.shortcut < b.shortcut ? -1 : 1));
  }

  update(id: string, { shortcut, title, content }: Partial<NewCannedReply>): Promise<CannedReply> {
    const values = { shortcut, title, content, updatedAt: this.#handle.env.now() };
    return this.#handle.write(async (db) => {
      const [reply] = await db.update(cannedReplies).set(values).where(this.#row(id)).returning();
      if (reply === undefined) throw new NotFoundError('cannedReply');
      return reply;
    });
  }

  remove(id: string): Promise<void> {
    return this.#handle.write(async (db) => {
      const removed = await db.delete(cannedReplies).where(this.#row(id)).returning({ id: cannedReplies.id });
      if (removed.length === 0) throw new NotFoundError('cannedReply');
    });
  }

  #row(id: string) {
    return owned(cannedReplies, this.#clientId, eq(cannedReplies.id, id));
  }
}
