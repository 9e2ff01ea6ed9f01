import { asc, eq } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type WidgetIdentity, widgetIdentities } from '../../../shared/schema.ts';
import type { IdentitiesRepository } from '../repositories/identities.ts';
import type { Handle } from './handle.ts';
import { owned } from './scope.ts';

const t = widgetIdentities;

export class DatabaseIdentities implements IdentitiesRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async set(widgetId: string, secret: string): Promise<WidgetIdentity> {
    const fresh = { secret, createdAt: this.#handle.env.now(), lastFailure: null, lastFailureAt: null };
    const [identity] = await this.#handle.write((db) =>
      db
        .insert(t)
        .values({ clientId: this.#clientId, widgetId, ...fresh })
        .onConflictDoUpdate({ target: [t.clientId, t.widgetId], set: fresh })
        .returning(),
    );
    return identity!;
  }

  async find(widgetId: string): Promise<WidgetIdentity | undefined> {
    const [identity] = await this.#handle.read((db) => db.select().from(t).where(this.#row(widgetId)));
    return identity;
  }

  list(): Promise<WidgetIdentity[]> {
    return this.#handle.read((db) => db.select().from(t).where(owned(t, this.#clientId)).orderBy(asc(t.widgetId)));
  }

  async noteFailure(widgetId: string, reason: string): Promise<void> {
    const failure = { lastFailure: reason, lastFailureAt: this.#handle.env.now() };
    await this.#handle.write((db) => db.update(t).set(failure).where(this.#row(widgetId)));
  }

  async remove(widgetId: string): Promise<void> {
    await this.#handle.write((db) => db.delete(t).where(this.#row(widgetId)));
  }

  #row(widgetId: string) {
    return owned(t, this.#clientId, eq(t.widgetId, widgetId));
  }
}
