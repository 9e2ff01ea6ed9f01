import { describe, expect, it } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import { NotFoundError } from '../errors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addWidget, errorOf, strangeId } from './worlds.ts';

export function findingsSuite(open: OpenHarness): void {
  describe('findings', () => {
    const t = useHarness(open);
    const origin = 'https://shop.example';
    const blocked = { origin, kind: 'csp-frame', detail: 'frame-src' } as const;

    async function clientWithWidget() {
      const { client } = await addClient(t.storage);
      return { client, widgetId: (await addWidget(client)).id };
    }

    describe('note', () => {
      it('keeps what is wrong where, since when, and how often it was told', async () => {
        const { client, widgetId } = await clientWithWidget();
        const firstSeenAt = t.env.now();
        const first = await client.findings.note(widgetId.toUpperCase(), blocked);
        expect(first).toEqual({
          ...{ clientId: client.clientId, widgetId, ...blocked },
          ...{ count: 1, firstSeenAt, lastSeenAt: firstSeenAt, solvedAt: null },
        });
        t.env.advance(1_001);
        const second = await client.findings.note(widgetId, { ...blocked, detail: null });
        expect(second).toEqual({ ...first, detail: null, count: 2, lastSeenAt: t.env.now() });
        expect(await client.findings.list(widgetId, 100)).toEqual([second]);
      });

      it('begins anew with what had been solved', async () => {
        const { client, widgetId } = await clientWithWidget();
        await client.findings.note(widgetId, blocked);
        await client.findings.note(widgetId, blocked);
        await client.findings.solve(widgetId, origin, ['csp-frame']);
        t.env.advance(5);
        const now = t.env.now();
        expect(await client.findings.note(widgetId, blocked)).toMatchObject({
          ...{ count: 1, firstSeenAt: now, lastSeenAt: now, solvedAt: null },
        });
      });

      it('counts what is told many times at once as often', async () => {
        const { client, widgetId } = await clientWithWidget();
        await Promise.all(Array.from({ length: 6 }, () => client.findings.note(widgetId, blocked)));
        expect(await client.findings.list(widgetId, 100)).toMatchObject([{ count: 6 }]);
      });

      it('keeps so many sites of a kind, those seen last, and leaves other kinds and widgets alone', async () => {
        const { client, widgetId } = await clientWithWidget();
        const other = await addWidget(client);
        await client.findings.note(other.id, blocked);
        await client.findings.note(widgetId, { ...blocked, kind: 'csp-connect' });
        const max = limits.findingsPerKindMax;
        for (let n = 0; n <= max; n++) {
          t.env.advance(1);
          await client.findings.note(widgetId, { ...blocked, origin: `https://s${n}.example` });
        }
        const all = await client.findings.list(widgetId, 2 * max);
        const origins = all.filter(({ kind }) => kind === 'csp-frame').map((finding) => finding.origin);
        expect(origins).toHaveLength(max);
        expect(origins).not.toContain('https://s0.example');
        expect(all).toHaveLength(max + 1);
        expect(await client.findings.list(other.id, 2)).toHaveLength(1);
      });

      it('throws NotFoundError for a widget the client does not have', async () => {
        const { client } = await clientWithWidget();
        const { widgetId: foreign } = await clientWithWidget();
        for (const widgetId of [strangeId(), foreign]) {
          const error = await errorOf(client.findings.note(widgetId, blocked));
          expect(error).toBeInstanceOf(NotFoundError);
          expect(error).toMatchObject({ entity: 'widget' });
        }
      });
    });

    describe('solve', () => {
      it('marks what is open of these kinds on that site, and answers it by kind', async () => {
        const { client, widgetId } = await clientWithWidget();
        await client.findings.note(widgetId, blocked);
        await client.findings.note(widgetId, { ...blocked, kind: 'csp-connect' });
        await client.findings.note(widgetId, { ...blocked, kind: 'two-hosts' });
        await client.findings.note(widgetId, { ...blocked, origin: 'https://blog.example' });
        t.env.advance(7);
        const solvedAt = t.env.now();
        const solved = await client.findings.solve(widgetId.toUpperCase(), origin, [
          ...(['csp-frame', 'csp-connect', 'csp-frame', 'sandboxed'] as const),
        ]);
        expect(solved).toMatchObject([
          { kind: 'csp-connect', origin, solvedAt },
          { kind: 'csp-frame', origin, solvedAt },
        ]);
        t.env.advance(7);
        expect(await client.findings.solve(widgetId, origin, ['csp-frame', 'csp-connect'])).toEqual([]);
        const open = (await client.findings.list(widgetId, 100)).filter((finding) => finding.solvedAt === null);
        expect(open.map((finding) => `${finding.origin} ${finding.kind}`)).toEqual([
          'https://shop.example two-hosts',
          'https://blog.example csp-frame',
        ]);
      });

      it('finds nothing for a widget nobody has, and for no kinds', async () => {
        const { client, widgetId } = await clientWithWidget();
        await client.findings.note(widgetId, blocked);
        expect(await client.findings.solve(strangeId(), origin, ['csp-frame'])).toEqual([]);
        expect(await client.findings.solve(widgetId, origin, [])).toEqual([]);
      });
    });

    describe('list', () => {
      it('answers the last seen first, then by origin and kind backwards, at most as many as wanted', async () => {
        const { client, widgetId } = await clientWithWidget();
        for (const at of ['https://B.example', 'https://a.example', 'https://a-.example']) {
          await client.findings.note(widgetId, { ...blocked, origin: at });
        }
        await client.findings.note(widgetId, { ...blocked, origin: 'https://a.example', kind: 'csp-connect' });
        t.env.advance(1);
        await client.findings.note(widgetId, { ...blocked, origin: 'https://0.example' });
        const listed = await client.findings.list(widgetId.toUpperCase(), 100);
        expect(listed.map((finding) => `${finding.origin} ${finding.kind}`)).toEqual([
          'https://0.example csp-frame',
          'https://a.example csp-frame',
          'https://a.example csp-connect',
          'https://a-.example csp-frame',
          'https://B.example csp-frame',
        ]);
        expect(await client.findings.list(widgetId, 2)).toHaveLength(2);
        expect(await client.findings.list(strangeId(), 2)).toEqual([]);
      });
    });
  });
}
