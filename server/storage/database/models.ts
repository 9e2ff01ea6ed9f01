import { eq, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type ModelSettings, type ModelUsage, modelSettings, modelUsage } from '../../../shared/schema.ts';
import type { ModelChange, ModelsRepository } from '../repositories/models.ts';
import type { Handle } from './handle.ts';
import { owned } from './scope.ts';

const u = modelUsage;

export class DatabaseModels implements ModelsRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async find(): Promise<ModelSettings | undefined> {
    const [settings] = await this.#handle.read((db) =>
      db.select().from(modelSettings).where(owned(modelSettings, this.#clientId)),
    );
    return settings;
  }

  async set(change: ModelChange): Promise<ModelSettings> {
    const { baseUrl, model, sealedApiKey, priceInMicros, priceOutMicros, monthlyCapMicros } = change;
    const prices = { priceInMicros, priceOutMicros, monthlyCapMicros };
    const fresh = { baseUrl, model, sealedApiKey, ...prices, updatedAt: this.#handle.env.now() };
    const [settings] = await this.#handle.write((db) =>
      db
        .insert(modelSettings)
        .values({ clientId: this.#clientId, ...fresh })
        .onConflictDoUpdate({ target: modelSettings.clientId, set: fresh })
        .returning(),
    );
    return settings!;
  }

  async remove(): Promise<void> {
    await this.#handle.write((db) => db.delete(modelSettings).where(owned(modelSettings, this.#clientId)));
  }

  async addUsage(
    month: string,
    { tokensIn, tokensOut, costMicros }: Pick<ModelUsage, 'tokensIn' | 'tokensOut' | 'costMicros'>,
  ): Promise<ModelUsage> {
    const sum = {
      tokensIn: sql`${u.tokensIn} + ${tokensIn}`,
      tokensOut: sql`${u.tokensOut} + ${tokensOut}`,
      costMicros: sql`${u.costMicros} + ${costMicros}`,
    };
    const [usage] = await this.#handle.write((db) =>
      db
        .insert(u)
        .values({ clientId: this.#clientId, month, tokensIn, tokensOut, costMicros })
        .onConflictDoUpdate({ target: [u.clientId, u.month], set: sum })
        .returning(),
    );
    return usage!;
  }

  async usage(month: string): Promise<ModelUsage> {
    const [usage] = await this.#handle.read((db) =>
      db
        .select()
        .from(u)
        .where(owned(u, this.#clientId, eq(u.month, month))),
    );
    return usage ?? { clientId: this.#clientId, month, tokensIn: 0, tokensOut: 0, costMicros: 0 };
  }
}
