import type { CredentialsRepository } from '../repositories/credentials.ts';
import type { MemContext } from './mem-context.ts';
import { secondFactors, userTokens } from './mem-credential-tables.ts';
import { idOf } from './mem-values.ts';

export function createCredentials({ env, read, write }: MemContext): CredentialsRepository {
  return {
    setToken: ({ userId, purpose, tokenHash, expiresAt }) =>
      write((tx) => {
        const earlier = [...tx.of(userTokens).scan('user', idOf(userId))].filter((one) => one.purpose === purpose);
        tx.of(userTokens).remove(earlier);
        tx.of(userTokens).insert({ id: tokenHash, userId: idOf(userId), purpose, expiresAt });
      }),

    takeToken: (purpose, tokenHash) =>
      write((tx) => {
        const token = tx.of(userTokens).get(tokenHash);
        if (token === undefined || token.purpose !== purpose) return undefined;
        tx.of(userTokens).remove([token]);
        return token.expiresAt > env.now() ? token.userId : undefined;
      }),

    findSecondFactor: (userId) => read((tx) => tx.of(secondFactors).get(idOf(userId))),

    setSecondFactor: (userId, sealedSecret) =>
      write((tx) => {
        const fresh = { sealedSecret, recoveryHashes: [], lastStep: 0, confirmedAt: null, createdAt: env.now() };
        const known = tx.of(secondFactors).get(idOf(userId));
        if (known !== undefined) return tx.of(secondFactors).update(known, fresh);
        return tx.of(secondFactors).insert({ id: idOf(userId), ...fresh });
      }),

    confirmSecondFactor: (userId, sealedSecret, recoveryHashes) =>
      write((tx) => {
        const known = tx.of(secondFactors).get(idOf(userId));
        if (known === undefined || known.sealedSecret !== sealedSecret || known.confirmedAt !== null) return false;
        tx.of(secondFactors).update(known, { recoveryHashes, confirmedAt: env.now() });
        return true;
      }),

    takeStep: (userId, step) =>
      write((tx) => {
        const known = tx.of(secondFactors).get(idOf(userId));
        if (known === undefined || known.lastStep >= step) return false;
        tx.of(secondFactors).update(known, { lastStep: step });
        return true;
      }),

    takeRecoveryCode: (userId, hash) =>
      write((tx) => {
        const known = tx.of(secondFactors).get(idOf(userId));
        if (!known?.recoveryHashes.includes(hash)) return false;
        const recoveryHashes = known.recoveryHashes.filter((one) => one !== hash);
        tx.of(secondFactors).update(known, { recoveryHashes });
        return true;
      }),

    resealSecondFactor: (userId, before, sealedSecret) =>
      write((tx) => {
        const known = tx.of(secondFactors).get(idOf(userId));
        if (known?.sealedSecret !== before) return false;
        tx.of(secondFactors).update(known, { sealedSecret });
        return true;
      }),

    listSecondFactors: (after, limit) =>
      read((tx) => {
        const rows = [...tx.of(secondFactors).scan('all', '')];
        return rows.filter(({ id }) => after === undefined || id > idOf(after)).slice(0, limit);
      }),

    removeSecondFactor: (userId) =>
      write((tx) => {
        const known = tx.of(secondFactors).get(idOf(userId));
        if (known !== undefined) tx.of(secondFactors).remove([known]);
      }),
  };
}
