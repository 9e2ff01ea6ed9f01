import { describe, expect, it } from 'vitest';
import { type OpenHarness, useHarness } from './harness.ts';

export function removedFilesSuite(open: OpenHarness): void {
  describe('removed files', () => {
    const t = useHarness(open);
    const inSeconds = (seconds: number) => new Date(t.env.now().getTime() + seconds * 1000);
    const clear = async () => {
      const all = await t.storage.removedFiles.listDue(1_000);
      await t.storage.removedFiles.forget(all);
    };

    it('are listed once they are due, the longest due first, until they are forgotten', async () => {
      const { removedFiles } = t.storage;
      await clear();
      await removedFiles.add(['a', 'a'], inSeconds(-0.5));
      await removedFiles.add(['b'], t.env.now());
      await removedFiles.add(['later'], inSeconds(10));
      await removedFiles.add(['first/Größe 😀'], inSeconds(-1));
      await removedFiles.add([], inSeconds(-1));
      expect(await removedFiles.listDue(10)).toEqual(['first/Größe 😀', 'a', 'b']);
      expect(await removedFiles.listDue(2)).toEqual(['first/Größe 😀', 'a']);
      await removedFiles.forget(['first/Größe 😀', 'a', 'never noted']);
      await removedFiles.forget([]);
      expect(await removedFiles.listDue(10)).toEqual(['b']);
      t.env.advance(9_999);
      expect(await removedFiles.listDue(10)).toEqual(['b']);
      t.env.advance(1);
      expect(await removedFiles.listDue(10)).toEqual(['b', 'later']);
      await clear();
    });

    it('that are noted already wait until the new time', async () => {
      const { removedFiles } = t.storage;
      await clear();
      await removedFiles.add(['a', 'b'], t.env.now());
      await removedFiles.add(['a', 'c'], inSeconds(5));
      expect(await removedFiles.listDue(10)).toEqual(['b']);
      t.env.advance(5_000);
      const due = await removedFiles.listDue(10);
      expect([due[0], due.slice(1).sort()]).toEqual(['b', ['a', 'c']]);
      await clear();
    });

    it('may be very many at once', async () => {
      const { removedFiles } = t.storage;
      await clear();
      const keys = Array.from({ length: 70_000 }, (_, n) => `many/${n}`);
      await removedFiles.add(keys, t.env.now());
      const listed = await removedFiles.listDue(100_000);
      expect(listed).toHaveLength(keys.length);
      for (let at = 0; at < listed.length; at += 10_000) await removedFiles.forget(listed.slice(at, at + 10_000));
      expect(await removedFiles.listDue(1)).toEqual([]);
    });

    it('are noted with the transaction that removes them, or not at all', async () => {
      const { removedFiles } = t.storage;
      await clear();
      const broken = t.storage.transaction(async (scope) => {
        await scope.removedFiles.add(['kept'], t.env.now());
        throw new Error('It broke off.');
      });
      await expect(broken).rejects.toThrow('It broke off.');
      expect(await removedFiles.listDue(10)).toEqual([]);
    });
  });
}
