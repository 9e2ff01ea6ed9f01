import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import { type WidgetInstall, widgetInstalls } from '../../../shared/schema.ts';
import type { InstallsRepository } from '../repositories/installs.ts';
import type { Db, Handle } from './handle.ts';
import { owned } from './scope.ts';

const t = widgetInstalls;
/** Origins by code point, whatever the collation of the database is. */
const newestFirst = [desc(t.lastSeenAt), sql`${t.origin} collate "C" desc`];

export class DatabaseInstalls implements InstallsRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async note(widgetId: string, origin: string): Promise<WidgetInstall> {
    const now = this.#handle.env.now();
    const row = { clientId: this.#clientId, widgetId, origin, firstSeenAt: now, lastSeenAt: now };
    return this.#handle.write(async (db) => {
      const [install] = await db
        .insert(t)
        .values(row)
        .onConflictDoUpdate({ target: [t.clientId, t.widgetId, t.origin], set: { lastSeenAt: now } })
        .returning();
      if (install!.firstSeenAt.getTime() === now.getTime()) await this.#forgetOldest(db, widgetId);
      return install!;
    });
  }

  async #forgetOldest(db: Db, widgetId: string): Promise<void> {
    const isWidgets = owned(t, this.#clientId, eq(t.widgetId, widgetId));
    const beyond = db
      .select({ origin: t.origin })
      .from(t)
      .where(isWidgets)
      .orderBy(...newestFirst)
      .offset(limits.installsPerWidgetMax);
    await db.delete(t).where(and(isWidgets, inArray(t.origin, beyond)));
  }

  list(widgetId: string, limit: number): Promise<WidgetInstall[]> {
    return this.#handle.read((db) =>
      db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, eq(t.widgetId, widgetId)))
        .orderBy(...newestFirst)
        .limit(limit),
    );
  }
}
