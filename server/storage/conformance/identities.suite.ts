import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../errors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addWidget, errorOf, strangeId } from './worlds.ts';

export function identitiesSuite(open: OpenHarness): void {
  describe('identities', () => {
    const t = useHarness(open);

    async function clientWithWidget() {
      const { client } = await addClient(t.storage);
      return { client, widgetId: (await addWidget(client)).id };
    }

    describe('set', () => {
      it('gives a widget its secret', async () => {
        const { client, widgetId } = await clientWithWidget();
        const identity = await client.identities.set(widgetId.toUpperCase(), 'ws_1');
        expect(identity).toEqual({
          clientId: client.clientId,
          widgetId,
          secret: 'ws_1',
          createdAt: t.env.now(),
          lastFailure: null,
          lastFailureAt: null,
        });
        expect(await client.identities.find(widgetId.toUpperCase())).toEqual(identity);
      });

      it('puts a new one in the place of the earlier, and forgets its failures', async () => {
        const { client, widgetId } = await clientWithWidget();
        await client.identities.set(widgetId, 'ws_1');
        await client.identities.noteFailure(widgetId, 'It has expired.');
        t.env.advance(7);
        const fresh = { secret: 'ws_2', createdAt: t.env.now(), lastFailure: null, lastFailureAt: null };
        expect(await client.identities.set(widgetId, 'ws_2')).toMatchObject(fresh);
        expect(await client.identities.list()).toHaveLength(1);
      });

      it('throws NotFoundError for a widget the client does not have', async () => {
        const { client } = await clientWithWidget();
        const { widgetId: foreign } = await clientWithWidget();
        for (const widgetId of [strangeId(), foreign]) {
          const error = await errorOf(client.identities.set(widgetId, 'ws_1'));
          expect(error).toBeInstanceOf(NotFoundError);
          expect(error).toMatchObject({ entity: 'widget' });
        }
      });
    });

    describe('list', () => {
      it('answers those of all widgets that have one, by widget', async () => {
        const { client, widgetId } = await clientWithWidget();
        await addWidget(client);
        const last = await addWidget(client);
        const second = await client.identities.set(last.id, 'ws_b');
        const first = await client.identities.set(widgetId, 'ws_a');
        expect(await client.identities.list()).toEqual([first, second]);
      });
    });

    describe('noteFailure', () => {
      it('keeps the last reason and its time', async () => {
        const { client, widgetId } = await clientWithWidget();
        await client.identities.set(widgetId, 'ws_1');
        await client.identities.noteFailure(widgetId, 'First');
        t.env.advance(3);
        await client.identities.noteFailure(widgetId, 'Zweiter 😀');
        const failure = { lastFailure: 'Zweiter 😀', lastFailureAt: t.env.now(), secret: 'ws_1' };
        expect(await client.identities.find(widgetId)).toMatchObject(failure);
      });

      it('does nothing where there is no secret', async () => {
        const { client, widgetId } = await clientWithWidget();
        await client.identities.noteFailure(widgetId, 'Why');
        expect(await client.identities.find(widgetId)).toBeUndefined();
      });
    });

    describe('remove', () => {
      it('takes the secret away, and does nothing where there is none', async () => {
        const { client, widgetId } = await clientWithWidget();
        await client.identities.set(widgetId, 'ws_1');
        await client.identities.remove(widgetId);
        await client.identities.remove(widgetId);
        expect(await client.identities.find(widgetId)).toBeUndefined();
        expect(await client.identities.list()).toEqual([]);
      });
    });
  });
}
