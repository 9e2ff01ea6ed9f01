import { describe, expect, it } from 'vitest';
import { type OpenHarness, useHarness } from './harness.ts';
import { modelInput } from './knowledge-worlds.ts';
import { addClient, errorOf } from './worlds.ts';

export function modelsSuite(open: OpenHarness): void {
  describe('models', () => {
    const t = useHarness(open);
    const use = { tokensIn: 10, tokensOut: 2, costMicros: 3_000_000_000 };

    describe('set, find and remove', () => {
      it('make, replace and take back the settings of a client', async () => {
        const { client } = await addClient(t.storage);
        expect(await client.models.find()).toBeUndefined();
        await client.models.remove();
        for (const input of [modelInput(), modelInput({ model: 'Größe', monthlyCapMicros: 9_000_000_000 })]) {
          t.env.advance(1);
          const settings = await client.models.set(input);
          expect(settings).toEqual({ ...input, clientId: client.clientId, updatedAt: t.env.now() });
          expect(await client.models.find()).toEqual(settings);
        }
        await client.models.addUsage('2026-11', use);
        await client.models.remove();
        expect(await client.models.find()).toBeUndefined();
        expect(await client.models.usage('2026-11')).toMatchObject(use);
      });

      it('set at once by many leaves one of them', async () => {
        const { client } = await addClient(t.storage);
        const wanted = ['a', 'b', 'c', 'd'];
        await Promise.all(wanted.map((model) => client.models.set(modelInput({ model }))));
        expect(wanted).toContain((await client.models.find())!.model);
      });
    });

    describe('addUsage and usage', () => {
      it('add up by month', async () => {
        const { client } = await addClient(t.storage);
        const none = { clientId: client.clientId, month: '2026-11', tokensIn: 0, tokensOut: 0, costMicros: 0 };
        expect(await client.models.usage('2026-11')).toEqual(none);
        expect(await client.models.addUsage('2026-11', use)).toEqual({ ...none, ...use });
        const sum = { ...none, tokensIn: 11, tokensOut: 2, costMicros: 6_000_000_000 };
        const more = { tokensIn: 1, tokensOut: 0, costMicros: 3_000_000_000 };
        expect(await client.models.addUsage('2026-11', more)).toEqual(sum);
        expect(await client.models.usage('2026-11')).toEqual(sum);
        expect(await client.models.usage('2026-12')).toEqual({ ...none, month: '2026-12' });
      });

      it('count every addition of many at once, also inside transactions', async () => {
        const { client } = await addClient(t.storage);
        const inTransaction = () =>
          t.storage.transaction((scope) => scope.forClient(client.clientId).models.addUsage('2026-11', use));
        await Promise.all([
          ...Array.from({ length: 6 }, () => client.models.addUsage('2026-11', use)),
          ...Array.from({ length: 4 }, inTransaction),
        ]);
        const sum = { tokensIn: 100, tokensOut: 20, costMicros: 30_000_000_000 };
        expect(await client.models.usage('2026-11')).toMatchObject(sum);
      });
    });

    it('throws NotFoundError for a client that has been removed, and finds nothing of it', async () => {
      const { client } = await addClient(t.storage);
      await client.models.set(modelInput());
      await client.models.addUsage('2026-11', use);
      await client.client.remove();
      const noSuchClient = { name: 'NotFoundError', entity: 'client' };
      expect(await errorOf(client.models.set(modelInput()))).toMatchObject(noSuchClient);
      expect(await errorOf(client.models.addUsage('2026-11', use))).toMatchObject(noSuchClient);
      expect(await client.models.find()).toBeUndefined();
      expect(await client.models.usage('2026-11')).toMatchObject({ tokensIn: 0 });
    });
  });
}
