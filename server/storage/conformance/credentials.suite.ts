import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../errors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addUser, errorOf, hashOf, strangeId } from './worlds.ts';

export function credentialsSuite(open: OpenHarness): void {
  describe('credentials', () => {
    const t = useHarness(open);
    const purpose = 'passwordReset';
    const inAnHour = () => new Date(t.env.now().getTime() + 3_600_000);

    async function withToken(text: string) {
      const user = await addUser(t.storage);
      const tokenHash = hashOf(text);
      await t.storage.credentials.setToken({ userId: user.id, purpose, tokenHash, expiresAt: inAnHour() });
      return { user, tokenHash };
    }

    describe('setToken and takeToken', () => {
      it('give the user to one of many who bring the token at once', async () => {
        const { user, tokenHash } = await withToken('one');
        const taken = await Promise.all([1, 2, 3, 4].map(() => t.storage.credentials.takeToken(purpose, tokenHash)));
        expect(taken.filter(Boolean)).toEqual([user.id]);
      });

      it('give nothing for a token that is unknown, has expired, or was followed by another', async () => {
        const { credentials } = t.storage;
        expect(await credentials.takeToken(purpose, hashOf('unknown'))).toBeUndefined();
        const { user, tokenHash } = await withToken('two');
        const later = { userId: user.id.toUpperCase(), purpose, tokenHash: hashOf('three') } as const;
        await credentials.setToken({ ...later, expiresAt: inAnHour() });
        expect(await credentials.takeToken(purpose, tokenHash)).toBeUndefined();
        t.env.advance(3_600_000);
        expect(await credentials.takeToken(purpose, later.tokenHash)).toBeUndefined();
      });

      it('throw NotFoundError for a user who does not exist', async () => {
        const token = { userId: strangeId(), purpose, tokenHash: hashOf('four'), expiresAt: inAnHour() } as const;
        const error = await errorOf(t.storage.credentials.setToken(token));
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error).toMatchObject({ entity: 'user' });
      });
    });

    describe('a second factor', () => {
      it('is set, confirmed with its recovery codes, and removed', async () => {
        const { credentials } = t.storage;
        const user = await addUser(t.storage);
        expect(await credentials.confirmSecondFactor(user.id, 'sealed', ['x'])).toBe(false);
        expect(await credentials.findSecondFactor(user.id)).toBeUndefined();
        const factor = await credentials.setSecondFactor(user.id.toUpperCase(), 'sealed');
        const fresh = { recoveryHashes: [], lastStep: 0, confirmedAt: null, createdAt: t.env.now() };
        expect(factor).toEqual({ id: user.id, sealedSecret: 'sealed', ...fresh });
        t.env.advance(5);
        expect(await credentials.confirmSecondFactor(user.id, 'another', ['x'])).toBe(false);
        const confirmations = [1, 2, 3].map(() => credentials.confirmSecondFactor(user.id, 'sealed', ['a', 'b']));
        expect((await Promise.all(confirmations)).filter(Boolean)).toHaveLength(1);
        expect(await credentials.confirmSecondFactor(user.id, 'sealed', ['x'])).toBe(false);
        const confirmed = { ...factor, recoveryHashes: ['a', 'b'], confirmedAt: t.env.now() };
        expect(await credentials.findSecondFactor(user.id.toUpperCase())).toEqual(confirmed);
        expect(await credentials.setSecondFactor(user.id, 'again')).toMatchObject({ ...fresh, createdAt: t.env.now() });
        await credentials.removeSecondFactor(user.id);
        await credentials.removeSecondFactor(user.id);
        expect(await credentials.findSecondFactor(user.id)).toBeUndefined();
        expect(await errorOf(credentials.setSecondFactor(strangeId(), 's'))).toMatchObject({ entity: 'user' });
      });

      it('takes each time step and each recovery code once', async () => {
        const { credentials } = t.storage;
        const user = await addUser(t.storage);
        expect(await credentials.takeStep(user.id, 7)).toBe(false);
        await credentials.setSecondFactor(user.id, 'sealed');
        await credentials.confirmSecondFactor(user.id, 'sealed', ['a', 'b']);
        const steps = await Promise.all([1, 2, 3].map(() => credentials.takeStep(user.id, 58_000_000_000)));
        expect(steps.filter(Boolean)).toHaveLength(1);
        expect(await credentials.takeStep(user.id, 57_999_999_999)).toBe(false);
        const codes = await Promise.all([1, 2, 3].map(() => credentials.takeRecoveryCode(user.id, 'a')));
        expect(codes.filter(Boolean)).toHaveLength(1);
        expect(await credentials.takeRecoveryCode(user.id, 'c')).toBe(false);
        expect(await credentials.findSecondFactor(user.id)).toMatchObject({ recoveryHashes: ['b'] });
      });

      it('is sealed anew only while it is the one that was read, and listed by user', async () => {
        const { credentials } = t.storage;
        const known = (await credentials.listSecondFactors(undefined, 100)).length;
        const [first, second] = [await addUser(t.storage), await addUser(t.storage)];
        await credentials.setSecondFactor(second.id, 's2');
        await credentials.setSecondFactor(first.id, 's1');
        expect(await credentials.resealSecondFactor(first.id, 's1', 's1 anew')).toBe(true);
        expect(await credentials.resealSecondFactor(first.id, 's1', 's1 late')).toBe(false);
        const all = await credentials.listSecondFactors(undefined, 100);
        expect(all).toHaveLength(known + 2);
        expect(all.slice(-2).map(({ sealedSecret }) => sealedSecret)).toEqual(['s1 anew', 's2']);
        expect(await credentials.listSecondFactors(first.id, 1)).toEqual(all.slice(-1));
      });
    });
  });
}
