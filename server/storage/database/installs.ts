import { desc, eq, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type WidgetInstall, widgetInstalls } from '../../../shared/schema.ts';
import type { InstallsRepository } from '../repositories/installs.ts';
import type { Handle } from './handle.ts';
import { owned } from './scope.ts';

const t = widgetInstalls;

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
    const [install] = await this.#handle.write((db) =>
      db
        .insert(t)
        .values(row)
        .onConflictDoUpdate({ target: [t.clientId, t.widgetId, t.origin], set: { lastSeenAt: now } })
        .returning(),
    );
    return install!;
  }

  list(widgetId: string, limit: number): Promise<WidgetInstall[]> {
    return this.#handle.read((db) =>
      db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, eq(t.widgetId, widgetId)))
        // By code point, whatever the collation of the database is.
        .orderBy(desc(t.lastSeenAt), sql`${t.origin} collate "C" desc`)
        .limit(limit),
    );
  }
}
