import { describe, expect, it } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import { NotFoundError } from '../errors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addWidget, errorOf, strangeId } from './worlds.ts';

export function installsSuite(open: OpenHarness): void {
  describe('installs', () => {
    const t = useHarness(open);

    async function clientWithWidget() {
      const { client } = await addClient(t.storage);
      return { client, widgetId: (await addWidget(client)).id };
    }

    describe('note', () => {
      it('keeps when the tag was seen there first and last', async () => {
        const { client, widgetId } = await clientWithWidget();
        const origin = 'https://shop.example';
        const first = await client.installs.note(widgetId.toUpperCase(), origin);
        const [firstSeenAt, clientId] = [t.env.now(), client.clientId];
        expect(first).toEqual({ clientId, widgetId, origin, firstSeenAt, lastSeenAt: firstSeenAt });
        t.env.advance(1_001);
        const second = await client.installs.note(widgetId, origin);
        expect(second).toEqual({ ...first, lastSeenAt: t.env.now() });
        expect(await client.installs.list(widgetId, 100)).toEqual([second]);
      });

      it('counts many first times at once as one', async () => {
        const { client, widgetId } = await clientWithWidget();
        await Promise.all(Array.from({ length: 6 }, () => client.installs.note(widgetId, 'https://a.example')));
        expect(await client.installs.list(widgetId, 100)).toHaveLength(1);
      });

      it('keeps so many sites of a widget, those seen last, and leaves other widgets alone', async () => {
        const { client, widgetId } = await clientWithWidget();
        const other = await addWidget(client);
        await client.installs.note(other.id, 'https://other.example');
        const max = limits.installsPerWidgetMax;
        for (let n = 0; n < max; n++) {
          await client.installs.note(widgetId, `https://s${n}.example`);
          t.env.advance(1);
        }
        await client.installs.note(widgetId, 'https://s0.example');
        t.env.advance(1);
        await client.installs.note(widgetId, 'https://new.example');
        const origins = (await client.installs.list(widgetId, 2 * max)).map(({ origin }) => origin);
        expect(origins).toHaveLength(max);
        expect(origins.slice(0, 2)).toEqual(['https://new.example', 'https://s0.example']);
        expect(origins).not.toContain('https://s1.example');
        expect(await client.installs.list(other.id, 2)).toHaveLength(1);
      });

      it('throws NotFoundError for a widget the client does not have', async () => {
        const { client } = await clientWithWidget();
        const { widgetId: foreign } = await clientWithWidget();
        for (const widgetId of [strangeId(), foreign]) {
          const error = await errorOf(client.installs.note(widgetId, 'https://a.example'));
          expect(error).toBeInstanceOf(NotFoundError);
          expect(error).toMatchObject({ entity: 'widget' });
        }
      });
    });

    describe('list', () => {
      it('answers the last seen first, then by origin backwards, at most as many as wanted', async () => {
        const { client, widgetId } = await clientWithWidget();
        const other = await addWidget(client);
        for (const origin of ['https://B.example', 'https://a.example', 'https://a-.example']) {
          await client.installs.note(widgetId, origin);
        }
        t.env.advance(1);
        await client.installs.note(widgetId, 'https://0.example');
        await client.installs.note(other.id, 'https://z.example');
        const origins = (await client.installs.list(widgetId.toUpperCase(), 100)).map(({ origin }) => origin);
        expect(origins).toEqual(['https://0.example', 'https://a.example', 'https://a-.example', 'https://B.example']);
        expect(await client.installs.list(widgetId, 2)).toHaveLength(2);
        expect(await client.installs.list(strangeId(), 2)).toEqual([]);
      });
    });
  });
}
