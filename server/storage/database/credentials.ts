import { and, asc, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import { type SecondFactor, type TokenPurpose, userSecondFactors, userTokens } from '../../../shared/schema.ts';
import type { CredentialsRepository, NewUserToken } from '../repositories/credentials.ts';
import type { Db, Handle } from './handle.ts';

const f = userSecondFactors;

export class DatabaseCredentials implements CredentialsRepository {
  readonly #handle: Handle;

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  setToken({ userId, purpose, tokenHash, expiresAt }: NewUserToken): Promise<void> {
    return this.#handle.atomically(async (db) => {
      await db.delete(userTokens).where(and(eq(userTokens.userId, userId), eq(userTokens.purpose, purpose)));
      await db.insert(userTokens).values({ id: tokenHash, userId, purpose, expiresAt });
    });
  }

  async takeToken(purpose: TokenPurpose, tokenHash: string): Promise<string | undefined> {
    const [token] = await this.#handle.write((db) =>
      db
        .delete(userTokens)
        .where(and(eq(userTokens.id, tokenHash), eq(userTokens.purpose, purpose)))
        .returning(),
    );
    return token !== undefined && token.expiresAt > this.#handle.env.now() ? token.userId : undefined;
  }

  async findSecondFactor(userId: string): Promise<SecondFactor | undefined> {
    const [factor] = await this.#handle.read((db) => db.select().from(f).where(eq(f.id, userId)));
    return factor;
  }

  async setSecondFactor(userId: string, sealedSecret: string): Promise<SecondFactor> {
    const createdAt = this.#handle.env.now();
    const fresh = { sealedSecret, recoveryHashes: [] as string[], lastStep: 0, confirmedAt: null, createdAt };
    const [factor] = await this.#handle.write((db) =>
      db
        .insert(f)
        .values({ id: userId, ...fresh })
        .onConflictDoUpdate({ target: f.id, set: fresh })
        .returning(),
    );
    return factor!;
  }

  confirmSecondFactor(userId: string, sealedSecret: string, recoveryHashes: string[]): Promise<boolean> {
    const confirmedAt = this.#handle.env.now();
    return this.#changes((db) =>
      db
        .update(f)
        .set({ recoveryHashes, confirmedAt })
        .where(and(eq(f.id, userId), eq(f.sealedSecret, sealedSecret), isNull(f.confirmedAt)))
        .returning({ id: f.id }),
    );
  }

  takeStep(userId: string, step: number): Promise<boolean> {
    return this.#changes((db) =>
      db
        .update(f)
        .set({ lastStep: step })
        .where(and(eq(f.id, userId), lt(f.lastStep, step)))
        .returning({ id: f.id }),
    );
  }

  takeRecoveryCode(userId: string, hash: string): Promise<boolean> {
    return this.#changes((db) =>
      db
        .update(f)
        .set({ recoveryHashes: sql`${f.recoveryHashes} - ${hash}::text` })
        .where(and(eq(f.id, userId), sql`${f.recoveryHashes} @> ${JSON.stringify([hash])}::jsonb`))
        .returning({ id: f.id }),
    );
  }

  resealSecondFactor(userId: string, before: string, sealedSecret: string): Promise<boolean> {
    return this.#changes((db) =>
      db
        .update(f)
        .set({ sealedSecret })
        .where(and(eq(f.id, userId), eq(f.sealedSecret, before)))
        .returning({ id: f.id }),
    );
  }

  listSecondFactors(after: string | undefined, limit: number): Promise<SecondFactor[]> {
    return this.#handle.read((db) =>
      db
        .select()
        .from(f)
        .where(after === undefined ? undefined : gt(f.id, after))
        .orderBy(asc(f.id))
        .limit(limit),
    );
  }

  async removeSecondFactor(userId: string): Promise<void> {
    await this.#handle.write((db) => db.delete(f).where(eq(f.id, userId)));
  }

  async #changes(change: (db: Db) => PromiseLike<{ id: string }[]>): Promise<boolean> {
    return (await this.#handle.write(change)).length > 0;
  }
}
