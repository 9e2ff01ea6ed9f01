import { asc, desc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type Conversation, conversations, type Handoff, handoffs } from '../../../shared/schema.ts';
import { decodeIdCursor, encodeIdCursor } from '../cursor.ts';
import { NotFoundError } from '../errors.ts';
import { type HandoffRequest, type HandoffsRepository, handoffsLookedAt } from '../repositories/handoffs.ts';
import type { Page, PageRequest } from '../storage.ts';
import type { Db, Handle } from './handle.ts';
import { handoffDataSql, outboxAbout, statusEvents } from './outbox-sql.ts';
import { pageOf } from './page.ts';
import { owned } from './scope.ts';

export class DatabaseHandoffs implements HandoffsRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  request(input: HandoffRequest): Promise<{ handoff: Handoff; conversation: Conversation; repeated: boolean }> {
    const { conversationId, requestedBy, reason, onlyForVisitorId } = input;
    const isTheirs = onlyForVisitorId === undefined ? undefined : eq(conversations.visitorId, onlyForVisitorId);
    return this.#handle.atomically(async (db) => {
      const before = await this.#lock(db, conversationId, isTheirs);
      if (before.handoff !== null) {
        const [open] = await db.select().from(handoffs).where(this.#open(conversationId));
        return { handoff: open!, conversation: before, repeated: true };
      }
      const now = this.#handle.env.now();
      const row = {
        clientId: this.#clientId,
        id: this.#handle.env.newId(),
        conversationId,
        requestedBy,
        reason,
        requestedAt: now,
        resolvedAt: null,
        resolution: null,
      };
      const [handoff] = await db.insert(handoffs).values(row).returning();
      const conversation = await this.#change(db, conversationId, {
        status: 'waiting',
        snoozedUntil: null,
        handoff: { requestedBy, reason, requestedAt: now.toISOString() },
        updatedAt: now,
      });
      await this.#tell(db, { handoff: handoff!, at: now, statusBefore: before.status });
      return { handoff: handoff!, conversation, repeated: false };
    });
  }

  resolve(conversationId: string, resolution: NonNullable<Handoff['resolution']>): Promise<Conversation | undefined> {
    return this.#handle.atomically(async (db) => {
      const before = await this.#lock(db, conversationId);
      if (before.handoff === null) return undefined;
      const end = { resolvedAt: this.#handle.env.now(), resolution };
      const [handoff] = await db.update(handoffs).set(end).where(this.#open(conversationId)).returning();
      const conversation = await this.#change(db, conversationId, { handoff: null });
      if (handoff) await this.#tell(db, { handoff, at: end.resolvedAt });
      return conversation;
    });
  }

  list(conversationId: string, page: PageRequest): Promise<Page<Handoff>> {
    return this.#handle.read(async (db) => {
      const after = page.cursor === undefined ? undefined : gt(handoffs.id, decodeIdCursor(page.cursor));
      const rows = await db
        .select()
        .from(handoffs)
        .where(owned(handoffs, this.#clientId, eq(handoffs.conversationId, conversationId), after))
        .orderBy(asc(handoffs.id))
        .limit(page.limit + 1);
      return pageOf(rows, page.limit, ({ id }) => encodeIdCursor(id));
    });
  }

  waits(since: Date): Promise<number[]> {
    return this.#handle.read(async (db) => {
      // By id, which ascends with time: the latest stand at the end of the primary key.
      const latest = await db
        .select()
        .from(handoffs)
        .where(owned(handoffs, this.#clientId))
        .orderBy(desc(handoffs.id))
        .limit(handoffsLookedAt);
      return latest.flatMap(({ requestedAt, resolvedAt, resolution }) =>
        requestedAt >= since && resolution === 'answered' && resolvedAt !== null
          ? [resolvedAt.getTime() - requestedAt.getTime()]
          : [],
      );
    });
  }

  /** The conversation, which nobody else changes until the transaction ends: no answer ends the handoff meanwhile. */
  async #lock(db: Db, conversationId: string, condition?: SQL): Promise<Conversation> {
    const [conversation] = await db
      .select()
      .from(conversations)
      .where(owned(conversations, this.#clientId, eq(conversations.id, conversationId), condition))
      .for('no key update');
    if (conversation === undefined) throw new NotFoundError('conversation');
    return conversation;
  }

  /** Puts it in the outbox of the client's webhooks. */
  async #tell(
    db: Db,
    { handoff, at, statusBefore }: { handoff: Handoff; at: Date; statusBefore?: Conversation['status'] },
  ): Promise<void> {
    const { id, conversationId } = handoff;
    const joined = 'join handoffs h on h.client_id = c.client_id and h.conversation_id = c.id and h.id = $handoff';
    const event = handoff.resolvedAt === null ? 'handoff.requested' : 'handoff.resolved';
    const events = [
      { event, data: handoffDataSql('h') },
      ...(statusBefore === undefined ? [] : statusEvents('c.status', '$before')),
    ];
    const values = { handoff: sql`${id}::uuid`, before: sql`${statusBefore ?? null}::text` };
    await db.execute(outboxAbout({ clientId: this.#clientId, conversationId, at, joined, events, values }));
  }

  async #change(db: Db, conversationId: string, values: Partial<Conversation>): Promise<Conversation> {
    const [conversation] = await db
      .update(conversations)
      .set(values)
      .where(owned(conversations, this.#clientId, eq(conversations.id, conversationId)))
      .returning();
    return conversation!;
  }

  #open(conversationId: string) {
    return owned(handoffs, this.#clientId, eq(handoffs.conversationId, conversationId), isNull(handoffs.resolvedAt));
  }
}
