import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../errors.ts';
import type { VisitorSighting } from '../repositories/visitors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addWidget, errorOf, strangeId } from './worlds.ts';

export function visitorsSuite(open: OpenHarness): void {
  describe('visitors', () => {
    const t = useHarness(open);

    async function clientWithWidget() {
      const { client } = await addClient(t.storage);
      return { client, widgetId: (await addWidget(client)).id };
    }

    const details = {
      name: 'Zoë 😀',
      email: 'Zoe@Example.com',
      info: { plan: 'pro', nested: { a: [1, null] } },
      locale: 'de-AT',
      pageUrl: 'https://example.com/ä?b=c#d',
      userAgent: 'Mozilla/5.0',
    };

    describe('see', () => {
      it('makes the visitor on the first call', async () => {
        const { client, widgetId } = await clientWithWidget();
        const id = strangeId();
        const visitor = await client.visitors.see({
          id: id.toUpperCase(),
          widgetId: widgetId.toUpperCase(),
          ...details,
        });
        expect(visitor).toEqual({
          ...details,
          clientId: client.clientId,
          id,
          widgetId,
          externalId: null,
          createdAt: t.env.now(),
          lastSeenAt: t.env.now(),
        });
        expect(await client.visitors.find(id)).toEqual(visitor);
      });

      it('takes what is left out for null, and info for an empty object', async () => {
        const { client, widgetId } = await clientWithWidget();
        const visitor = await client.visitors.see({ id: strangeId(), widgetId });
        const none = { name: null, email: null, info: {}, locale: null, pageUrl: null, userAgent: null };
        expect(visitor).toMatchObject(none);
        expect(visitor.info).toEqual({});
      });

      it('changes the given fields and lastSeenAt on later calls; info is replaced whole', async () => {
        const { client, widgetId } = await clientWithWidget();
        const first = await client.visitors.see({ id: strangeId(), widgetId, ...details });
        t.env.advance(1_500);
        const second = await client.visitors.see({ id: first.id, widgetId, name: null, info: { plan: 'free' } });
        expect(second).toEqual({ ...first, name: null, info: { plan: 'free' }, lastSeenAt: t.env.now() });
        t.env.advance(1);
        const sighting = { id: first.id.toUpperCase(), widgetId, email: undefined } as unknown as VisitorSighting;
        expect(await client.visitors.see(sighting)).toEqual({ ...second, lastSeenAt: t.env.now() });
      });

      it('neither changes nor looks at the widget of a visitor it knows', async () => {
        const { client, widgetId } = await clientWithWidget();
        const other = await addWidget(client);
        const { id } = await client.visitors.see({ id: strangeId(), widgetId });
        expect((await client.visitors.see({ id, widgetId: other.id })).widgetId).toBe(widgetId);
        expect((await client.visitors.see({ id, widgetId: strangeId() })).widgetId).toBe(widgetId);
      });

      it('throws NotFoundError for a widget the client does not have', async () => {
        const { client } = await clientWithWidget();
        const { widgetId: foreign } = await clientWithWidget();
        for (const widgetId of [strangeId(), foreign]) {
          const id = strangeId();
          const error = await errorOf(client.visitors.see({ id, widgetId }));
          expect(error).toBeInstanceOf(NotFoundError);
          expect(error).toMatchObject({ entity: 'widget' });
          expect(await client.visitors.find(id)).toBeUndefined();
        }
      });

      it('makes one visitor of many first calls at once', async () => {
        const { client, widgetId } = await clientWithWidget();
        const id = strangeId();
        const seen = await Promise.all(
          Array.from({ length: 6 }, (_, n) => client.visitors.see({ id, widgetId, name: `N${n}` })),
        );
        for (const visitor of seen) expect(visitor.id).toBe(id);
        expect((await client.visitors.find(id))?.name).toMatch(/^N[0-5]$/);
      });

      it('lets two clients have visitors of the same id', async () => {
        const [one, other] = [await clientWithWidget(), await clientWithWidget()];
        const id = strangeId();
        await one.client.visitors.see({ id, widgetId: one.widgetId, name: 'One' });
        await other.client.visitors.see({ id, widgetId: other.widgetId, name: 'Other' });
        expect((await one.client.visitors.find(id))?.name).toBe('One');
        expect((await other.client.visitors.find(id))?.name).toBe('Other');
      });
    });

    describe('update', () => {
      it('changes the given fields and lastSeenAt of a visitor who is there', async () => {
        const { client, widgetId } = await clientWithWidget();
        const first = await client.visitors.see({ id: strangeId(), widgetId, externalId: 'u1', ...details });
        t.env.advance(5);
        const after = await client.visitors.update(first.id.toUpperCase(), { name: 'Ann', info: { a: 1 } });
        expect(after).toEqual({ ...first, name: 'Ann', info: { a: 1 }, lastSeenAt: t.env.now() });
        expect(await client.visitors.find(first.id)).toEqual(after);
      });

      it('makes nobody', async () => {
        const { client } = await clientWithWidget();
        const id = strangeId();
        expect(await client.visitors.update(id, { name: 'Ann' })).toBeUndefined();
        expect(await client.visitors.find(id)).toBeUndefined();
      });
    });

    describe('findByExternalId', () => {
      it('answers the widget’s visitor of whom the site has said who it is, minding letter case', async () => {
        const { client, widgetId } = await clientWithWidget();
        const other = await addWidget(client);
        const visitor = await client.visitors.see({ id: strangeId(), widgetId, externalId: 'User/1' });
        expect(visitor.externalId).toBe('User/1');
        expect(await client.visitors.findByExternalId(widgetId.toUpperCase(), 'User/1')).toEqual(visitor);
        expect(await client.visitors.findByExternalId(widgetId, 'user/1')).toBeUndefined();
        expect(await client.visitors.findByExternalId(other.id, 'User/1')).toBeUndefined();
      });

      it('finds one who was anonymous at first, also after sightings that do not say it again', async () => {
        const { client, widgetId } = await clientWithWidget();
        const { id } = await client.visitors.see({ id: strangeId(), widgetId });
        await client.visitors.see({ id, widgetId, externalId: 'u1' });
        await client.visitors.see({ id, widgetId, name: 'Ann' });
        expect(await client.visitors.findByExternalId(widgetId, 'u1')).toMatchObject({ id, name: 'Ann' });
      });

      it('is of one visitor of a widget at most; another one who claims it is refused', async () => {
        const { client, widgetId } = await clientWithWidget();
        const other = await addWidget(client);
        await client.visitors.see({ id: strangeId(), widgetId, externalId: 'u1' });
        const { id } = await client.visitors.see({ id: strangeId(), widgetId });
        for (const claimant of [id, strangeId()]) {
          const error = await errorOf(client.visitors.see({ id: claimant, widgetId, externalId: 'u1' }));
          expect(error).toMatchObject({ reason: 'external_id_taken' });
        }
        await client.visitors.see({ id, widgetId: other.id, name: 'Still there' });
        expect((await client.visitors.find(id))?.externalId).toBeNull();
        await client.visitors.see({ id: strangeId(), widgetId: other.id, externalId: 'u1' });
      });
    });

    describe('namesOf', () => {
      it('answers those who are there, each once, and nobody for nobody', async () => {
        const { client, widgetId } = await clientWithWidget();
        const see = (more: object) => client.visitors.see({ id: strangeId(), widgetId, ...more });
        const [ann, bob, nobody] = [
          await see({ name: 'Ann', email: 'a@b.c' }),
          await see({ email: 'bob@b.c' }),
          await see({}),
        ];
        const ids = [ann.id.toUpperCase(), bob.id, nobody.id, nobody.id, strangeId()];
        const names = await client.visitors.namesOf(ids);
        expect(names).toHaveLength(3);
        expect(names).toEqual(
          expect.arrayContaining([
            { id: ann.id, name: 'Ann', email: 'a@b.c' },
            { id: bob.id, name: null, email: 'bob@b.c' },
            { id: nobody.id, name: null, email: null },
          ]),
        );
        expect(await client.visitors.namesOf([])).toEqual([]);
      });
    });

    describe('find', () => {
      it('answers undefined when there is none', async () => {
        const { client } = await clientWithWidget();
        expect(await client.visitors.find(strangeId())).toBeUndefined();
      });

      it('answers a copy', async () => {
        const { client, widgetId } = await clientWithWidget();
        const visitor = await client.visitors.see({ id: strangeId(), widgetId, info: { a: [1] } });
        (visitor.info.a as number[]).push(2);
        const found = (await client.visitors.find(visitor.id))!;
        expect(found.info).toEqual({ a: [1] });
        found.info.b = 1;
        expect((await client.visitors.find(visitor.id))?.info).toEqual({ a: [1] });
      });
    });
  });
}
