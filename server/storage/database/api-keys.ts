import { desc, eq, isNull, lt, or, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type ApiKey, apiKeys } from '../../../shared/schema.ts';
import { NotFoundError } from '../errors.ts';
import type { ApiKeysRepository, NewApiKey } from '../repositories/api-keys.ts';
import type { Handle } from './handle.ts';
import { owned } from './scope.ts';

export class DatabaseApiKeys implements ApiKeysRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async create(input: NewApiKey): Promise<ApiKey> {
    const row = {
      clientId: this.#clientId,
      id: this.#handle.env.newId(),
      name: input.name,
      prefix: input.prefix,
      keyHash: input.keyHash,
      lastUsedAt: null,
      revokedAt: null,
      createdBy: input.createdBy,
      createdAt: this.#handle.env.now(),
    };
    const [apiKey] = await this.#handle.write((db) => db.insert(apiKeys).values(row).returning());
    return apiKey!;
  }

  async find(id: string): Promise<ApiKey | undefined> {
    const [apiKey] = await this.#handle.read((db) => db.select().from(apiKeys).where(this.#row(id)));
    return apiKey;
  }

  list(): Promise<ApiKey[]> {
    return this.#handle.read((db) =>
      db
        .select()
        .from(apiKeys)
        .where(owned(apiKeys, this.#clientId))
        .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id)),
    );
  }

  revoke(id: string, at: Date): Promise<ApiKey> {
    const revokedAt = sql`coalesce(${apiKeys.revokedAt}, ${sql.param(at, apiKeys.revokedAt)})`;
    return this.#handle.write(async (db) => {
      const [apiKey] = await db.update(apiKeys).set({ revokedAt }).where(this.#row(id)).returning();
      if (apiKey === undefined) throw new NotFoundError('apiKey');
      return apiKey;
    });
  }

  async markUsed(id: string, at: Date): Promise<void> {
    const earlier = or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, at));
    await this.#handle.write((db) =>
      db
        .update(apiKeys)
        .set({ lastUsedAt: at })
        .where(owned(apiKeys, this.#clientId, eq(apiKeys.id, id), earlier)),
    );
  }

  #row(id: string) {
    return owned(apiKeys, this.#clientId, eq(apiKeys.id, id));
  }
}
