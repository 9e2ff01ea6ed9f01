import { asc, inArray, lte, sql } from 'drizzle-orm';
import { removedFiles } from '../../../shared/schema.ts';
import type { RemovedFilesRepository } from '../repositories/removed-files.ts';
import type { Handle } from './handle.ts';

const t = removedFiles;

export class DatabaseRemovedFiles implements RemovedFilesRepository {
  readonly #handle: Handle;

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  async add(storageKeys: readonly string[], dueAt: Date): Promise<void> {
    // In one order for everybody, so that no two statements wait for each other's rows.
    const keys = [...new Set(storageKeys)].sort();
    await this.#handle.write(async (db) => {
      if (keys.length === 0) return;
      const rows = sql`select key, ${dueAt.toISOString()}::timestamptz from unnest(${sql.param(keys)}::text[]) as k(key)`;
      await db
        .insert(t)
        .select(rows)
        .onConflictDoUpdate({ target: t.id, set: { dueAt: sql`excluded.due_at` } });
    });
  }

  async listDue(limit: number): Promise<string[]> {
    const due = await this.#handle.read((db) =>
      db
        .select({ id: t.id })
        .from(t)
        .where(lte(t.dueAt, this.#handle.env.now()))
        .orderBy(asc(t.dueAt), asc(t.id))
        .limit(limit),
    );
    return due.map(({ id }) => id);
  }

  async forget(storageKeys: readonly string[]): Promise<void> {
    await this.#handle.write(async (db) => {
      if (storageKeys.length === 0) return;
      await db.delete(t).where(inArray(t.id, [...storageKeys]));
    });
  }
}
