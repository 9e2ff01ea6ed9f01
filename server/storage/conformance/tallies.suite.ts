import { describe, expect, it } from 'vitest';
import { type OpenHarness, useHarness } from './harness.ts';

export function talliesSuite(open: OpenHarness): void {
  describe('tallies', () => {
    const t = useHarness(open);
    const inSeconds = (seconds: number) => new Date(t.env.now().getTime() + seconds * 1000);

    describe('add', () => {
      it('counts all additions that are made at once, and answers in the order given', async () => {
        const expiresAt = inSeconds(60);
        await Promise.all(
          Array.from({ length: 10 }, (_, n) => {
            const both = [
              { id: 'b', amount: 2, expiresAt },
              { id: 'a', amount: 1, expiresAt },
            ];
            return t.storage.tallies.add(n % 2 ? both : both.reverse());
          }),
        );
        const none = ['b', 'a'].map((id) => ({ id, amount: 0, expiresAt }));
        expect(await t.storage.tallies.add(none)).toEqual([
          { id: 'b', count: 20, blockedUntil: null, expiresAt },
          { id: 'a', count: 10, blockedUntil: null, expiresAt },
        ]);
        expect(await t.storage.tallies.add([])).toEqual([]);
      });

      it('starts anew once it has expired, keeps the later expiry, and a block until another is set', async () => {
        const { tallies } = t.storage;
        const [late, until] = [inSeconds(100), inSeconds(50)];
        await tallies.add([{ id: 'c', amount: 3, expiresAt: late, blockedUntil: until }]);
        const [kept] = await tallies.add([{ id: 'c', amount: 1, expiresAt: inSeconds(10) }]);
        expect(kept).toEqual({ id: 'c', count: 4, blockedUntil: until, expiresAt: late });
        t.env.setTime(late);
        const [anew] = await tallies.add([{ id: 'c', amount: 1, expiresAt: inSeconds(10) }]);
        expect(anew).toEqual({ id: 'c', count: 1, blockedUntil: null, expiresAt: inSeconds(10) });
      });

      it('in a transaction holds the tally, so that of many at once each sees what the one before did', async () => {
        const expiresAt = inSeconds(60);
        const seen = await Promise.all(
          [1, 2, 3, 4].map(() =>
            t.storage.transaction(async ({ tallies }) => {
              const [held] = await tallies.add([{ id: 'd', amount: 0, expiresAt }]);
              await tallies.add([{ id: 'd', amount: 1, expiresAt }]);
              return held!.count;
            }),
          ),
        );
        expect(seen.sort()).toEqual([0, 1, 2, 3]);
      });
    });

    describe('remove and prune', () => {
      it('take away one, and all that have expired', async () => {
        const { tallies } = t.storage;
        await tallies.remove('none');
        await tallies.add([{ id: 'e', amount: 5, expiresAt: inSeconds(60) }]);
        await tallies.remove('e');
        expect(await tallies.add([{ id: 'e', amount: 1, expiresAt: inSeconds(1) }])).toMatchObject([{ count: 1 }]);
        t.env.advance(1000);
        expect(await tallies.prune()).toBeGreaterThanOrEqual(1);
        expect(await tallies.prune()).toBe(0);
      });
    });
  });
}
