import { asc, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type WebhookCall, type WebhookSecret, webhookCalls, webhookSecrets } from '../../../shared/schema.ts';
import { decodeInstantCursor, encodeInstantCursor } from '../cursor.ts';
import type { NewWebhookCall, WebhooksRepository } from '../repositories/webhooks.ts';
import type { Page, PageRequest } from '../storage.ts';
import type { Handle } from './handle.ts';
import { pageOf } from './page.ts';
import { owned } from './scope.ts';

const t = webhookCalls;

const PRUNED_MAX = 1_000;

export class DatabaseWebhooks implements WebhooksRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async note(call: NewWebhookCall): Promise<WebhookCall> {
    const row = {
      clientId: this.#clientId,
      id: call.id,
      widgetId: call.widgetId,
      conversationId: call.conversationId,
      questionMessageId: call.questionMessageId,
      url: call.url,
      input: call.input,
      output: call.output,
      outcome: call.outcome,
      failure: call.failure,
      httpStatus: call.httpStatus,
      durationMs: call.durationMs,
      createdAt: this.#handle.env.now(),
    };
    const [noted] = await this.#handle.write((db) => db.insert(t).values(row).returning());
    return noted!;
  }

  async find(id: string): Promise<WebhookCall | undefined> {
    const [call] = await this.#handle.read((db) =>
      db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, eq(t.id, id))),
    );
    return call;
  }

  list(widgetId: string, page: PageRequest): Promise<Page<WebhookCall>> {
    return this.#handle.read(async (db) => {
      const position = page.cursor === undefined ? undefined : decodeInstantCursor(page.cursor);
      const beyond = position && sql`(${t.createdAt}, ${t.id}) < (${position.at}::timestamptz, ${position.id}::uuid)`;
      const rows = await db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, eq(t.widgetId, widgetId), beyond))
        // Spelled as the index is: "desc" alone puts nulls first, and Postgres would sort.
        .orderBy(sql`${desc(t.createdAt)} nulls last`, sql`${desc(t.id)} nulls last`)
        .limit(page.limit + 1);
      return pageOf(rows, page.limit, ({ createdAt, id }) => encodeInstantCursor({ at: createdAt, id }));
    });
  }

  prune(before: Date): Promise<number> {
    return this.#handle.write(async (db) => {
      const old = db
        .select({ id: t.id })
        .from(t)
        .where(owned(t, this.#clientId, lt(t.createdAt, before)))
        .orderBy(asc(t.id))
        .limit(PRUNED_MAX);
      const removed = await db
        .delete(t)
        .where(owned(t, this.#clientId, inArray(t.id, old)))
        .returning({ id: t.id });
      return removed.length;
    });
  }

  async findSecret(widgetId: string): Promise<WebhookSecret | undefined> {
    const [secret] = await this.#handle.read((db) =>
      db
        .select()
        .from(webhookSecrets)
        .where(owned(webhookSecrets, this.#clientId, eq(webhookSecrets.widgetId, widgetId))),
    );
    return secret;
  }

  async setSecret(widgetId: string, sealedSecret: string): Promise<WebhookSecret> {
    const fresh = { sealedSecret, createdAt: this.#handle.env.now() };
    const [secret] = await this.#handle.write((db) =>
      db
        .insert(webhookSecrets)
        .values({ clientId: this.#clientId, widgetId, ...fresh })
        .onConflictDoUpdate({ target: [webhookSecrets.clientId, webhookSecrets.widgetId], set: fresh })
        .returning(),
    );
    return secret!;
  }
}
