import { and, asc, desc, eq, inArray, isNotNull, or, type SQL, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import {
  type JsonObject,
  type Webhook,
  type WebhookDelivery,
  webhookDeliveries,
  webhooks,
} from '../../../shared/schema.ts';
import type { DeliveredEvent, DeliveryState } from '../../../shared/webhook-vocabulary.ts';
import { decodeInstantCursor, encodeInstantCursor } from '../cursor.ts';
import { NotFoundError } from '../errors.ts';
import type { NewWebhook, OutgoingWebhooksRepository, WebhookPatch } from '../repositories/outgoing-webhooks.ts';
import type { Page, PageRequest } from '../storage.ts';
import type { Handle } from './handle.ts';
import { pageOf } from './page.ts';
import { owned } from './scope.ts';

const t = webhookDeliveries;

export class DatabaseOutgoingWebhooks implements OutgoingWebhooksRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async create({ id, url, description, events, sealedSecret }: NewWebhook): Promise<Webhook> {
    const now = this.#handle.env.now();
    const row = {
      clientId: this.#clientId,
      ...{ id, url, description, events, sealedSecret },
      enabled: true,
      failuresInRow: 0,
      createdAt: now,
      updatedAt: now,
    };
    const [webhook] = await this.#handle.write((db) => db.insert(webhooks).values(row).returning());
    return webhook!;
  }

  async find(id: string): Promise<Webhook | undefined> {
    const [webhook] = await this.#handle.read((db) => db.select().from(webhooks).where(this.#webhook(id)));
    return webhook;
  }

  list(): Promise<Webhook[]> {
    return this.#handle.read((db) =>
      db
        .select()
        .from(webhooks)
        .where(owned(webhooks, this.#clientId))
        .orderBy(asc(webhooks.createdAt), asc(webhooks.id)),
    );
  }

  async update(id: string, patch: WebhookPatch): Promise<Webhook> {
    const { url, description, events, sealedSecret, previousSealedSecret, previousSecretUntil, enabled } = patch;
    const { failingSince, failuresInRow, switchedOffAt, switchedOffReason } = patch;
    const facts = { failingSince, failuresInRow, switchedOffAt, switchedOffReason };
    const secrets = { sealedSecret, previousSealedSecret, previousSecretUntil };
    const values = { url, description, events, ...secrets, enabled, ...facts, updatedAt: this.#handle.env.now() };
    const [webhook] = await this.#handle.write((db) =>
      db.update(webhooks).set(values).where(this.#webhook(id)).returning(),
    );
    if (webhook === undefined) throw new NotFoundError('webhook');
    return webhook;
  }

  remove(id: string): Promise<void> {
    return this.#handle.write(async (db) => {
      const removed = await db.delete(webhooks).where(this.#webhook(id)).returning({ id: webhooks.id });
      if (removed.length === 0) throw new NotFoundError('webhook');
    });
  }

  enqueue(webhookId: string, what: { event: DeliveredEvent; payload: JsonObject }): Promise<WebhookDelivery> {
    return this.#handle.atomically(async (db) => {
      // Locked, so that it is still there when the delivery that names it is stored.
      const [webhook] = await db
        .select({ id: webhooks.id })
        .from(webhooks)
        .where(this.#webhook(webhookId))
        .for('key share');
      if (webhook === undefined) throw new NotFoundError('webhook');
      const now = this.#handle.env.now();
      const [delivery] = await db
        .insert(t)
        .values({
          clientId: this.#clientId,
          id: this.#handle.env.newId(),
          webhookId: webhook.id,
          event: what.event,
          payload: what.payload,
          state: 'pending',
          byHand: true,
          attempts: 0,
          nextTryAt: now,
          createdAt: now,
        })
        .returning();
      return delivery!;
    });
  }

  async findDelivery(id: string): Promise<WebhookDelivery | undefined> {
    const [delivery] = await this.#handle.read((db) => db.select().from(t).where(this.#delivery(id)));
    return delivery;
  }

  listDeliveries(
    webhookId: string,
    { state }: { state?: DeliveryState | undefined },
    page: PageRequest,
  ): Promise<Page<WebhookDelivery>> {
    return this.#handle.read(async (db) => {
      const position = page.cursor === undefined ? undefined : decodeInstantCursor(page.cursor);
      const beyond = position && sql`(${t.createdAt}, ${t.id}) < (${position.at}::timestamptz, ${position.id}::uuid)`;
      const isWanted = state === undefined ? undefined : eq(t.state, state);
      const rows = await db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, eq(t.webhookId, webhookId), isWanted, beyond))
        // Spelled as the index is: "desc" alone puts nulls first, and Postgres would sort.
        .orderBy(sql`${desc(t.createdAt)} nulls last`, sql`${desc(t.id)} nulls last`)
        .limit(page.limit + 1);
      return pageOf(rows, page.limit, ({ createdAt, id }) => encodeInstantCursor({ at: createdAt, id }));
    });
  }

  async sendAgain(id: string, { byHand = false } = {}): Promise<WebhookDelivery | undefined> {
    const values = {
      state: 'pending' as const,
      byHand: byHand ? sql`true` : sql`${t.byHand} or ${t.state} <> 'pending'`,
      nextTryAt: this.#handle.env.now(),
      leaseId: null,
      leaseUntil: null,
    };
    const [delivery] = await this.#handle.write((db) =>
      db
        .update(t)
        .set(values)
        .where(and(this.#delivery(id), isNotNull(t.payload)))
        .returning(),
    );
    return delivery;
  }

  async eraseOfConversations(conversationIds: readonly string[]): Promise<number> {
    const erased = await this.#handle.write(async (db) => {
      if (conversationIds.length === 0) return [];
      return db
        .update(t)
        .set({
          payload: null,
          response: null,
          leaseId: null,
          leaseUntil: null,
          state: sql`case when ${t.state} = 'pending' then 'dropped' else ${t.state} end`,
        })
        .where(
          owned(
            t,
            this.#clientId,
            inArray(t.conversationId, [...conversationIds]),
            or(isNotNull(t.payload), isNotNull(t.response)),
          ),
        )
        .returning({ id: t.id });
    });
    return erased.length;
  }

  #webhook(id: string): SQL {
    return owned(webhooks, this.#clientId, eq(webhooks.id, id));
  }

  #delivery(id: string): SQL {
    return owned(t, this.#clientId, eq(t.id, id));
  }
}
