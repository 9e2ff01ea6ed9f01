import { describe, expect, it } from 'vitest';
import type { WebhookCall } from '../../../shared/schema.ts';
import { ConflictError, InvalidCursorError } from '../errors.ts';
import type { NewWebhookCall } from '../repositories/webhooks.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { callInput } from './knowledge-worlds.ts';
import { addClient, addConversation, addWidget, allPages, errorOf, strangeId } from './worlds.ts';

export function webhooksSuite(open: OpenHarness): void {
  describe('webhooks', () => {
    const t = useHarness(open);

    const start = async () => {
      const { client } = await addClient(t.storage);
      const { id: widgetId } = await addWidget(client);
      const { id: conversationId } = await addConversation(client, { widgetId });
      const within = { widgetId, conversationId };
      const note = (input: Partial<NewWebhookCall> = {}) => client.webhooks.note(callInput(within, input));
      return { client, within, widgetId, conversationId, note };
    };

    describe('note', () => {
      it('stores every field under the id it was given', async () => {
        const { client, within } = await start();
        for (const more of [
          {},
          { outcome: 'failed', failure: 'No answer in 30 s.', httpStatus: null, output: '', input: { a: [null] } },
        ] as const) {
          const input = callInput(within, structuredClone(more) as Partial<NewWebhookCall>);
          const call = await client.webhooks.note({ ...input, id: input.id.toUpperCase() });
          expect(call).toEqual({ ...input, clientId: client.clientId, createdAt: t.env.now() });
          expect(await client.webhooks.find(input.id.toUpperCase())).toEqual(call);
        }
      });

      it('throws NotFoundError of the widget or the conversation, and ConflictError for an id that is there', async () => {
        const { client, within, note } = await start();
        for (const [missing, entity] of [
          [{ widgetId: strangeId() }, 'widget'],
          [{ conversationId: strangeId() }, 'conversation'],
          [{ widgetId: strangeId(), conversationId: strangeId() }, 'widget'],
        ] as const) {
          const error = await errorOf(client.webhooks.note(callInput({ ...within, ...missing })));
          expect(error).toMatchObject({ name: 'NotFoundError', entity });
        }
        const call = await note();
        const error = await errorOf(note({ id: call.id, output: 'other' }));
        expect(error).toBeInstanceOf(ConflictError);
        expect(error).toMatchObject({ reason: 'id_taken' });
        expect(await client.webhooks.find(call.id)).toEqual(call);
      });
    });

    describe('find and list', () => {
      it('find answers undefined when there is none, and when its conversation has been removed', async () => {
        const { client, conversationId, note } = await start();
        const { id } = await note();
        expect(await client.webhooks.find(strangeId())).toBeUndefined();
        await client.conversations.remove(conversationId);
        expect(await client.webhooks.find(id)).toBeUndefined();
      });

      it('list answers the calls of one widget, newest first, page by page', async () => {
        const { client, widgetId, conversationId, note } = await start();
        const other = await addWidget(client);
        await client.webhooks.note(callInput({ widgetId: other.id, conversationId }));
        const all: WebhookCall[] = [];
        for (const step of [0, 2, 0, -5, 3]) {
          t.env.advance(step);
          all.push(await note());
        }
        all.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1));
        for (const limit of [1, 2, 5, 100]) {
          expect(await allPages((page) => client.webhooks.list(widgetId.toUpperCase(), page), limit)).toEqual(all);
        }
        expect(await client.webhooks.list(strangeId(), { limit: 1 })).toEqual({ items: [], nextCursor: null });
        const error = await errorOf(client.webhooks.list(widgetId, { limit: 1, cursor: 'x' }));
        expect(error).toBeInstanceOf(InvalidCursorError);
      });
    });

    describe('prune', () => {
      it('removes what was created before then, and says how many', async () => {
        const { client, widgetId, note } = await start();
        const old = [await note(), await note()];
        t.env.advance(1);
        const before = t.env.now();
        const kept = await note();
        expect(await client.webhooks.prune(old[0]!.createdAt)).toBe(0);
        expect(await client.webhooks.prune(before)).toBe(2);
        expect(await client.webhooks.list(widgetId, { limit: 100 })).toEqual({ items: [kept], nextCursor: null });
        expect(await client.webhooks.prune(before)).toBe(0);
      });

      it('removes at most 1,000 at a time', async () => {
        const { client, note } = await start();
        for (let n = 0; n < 1_001; n++) await note();
        t.env.advance(1);
        expect(await client.webhooks.prune(t.env.now())).toBe(1_000);
        expect(await client.webhooks.prune(t.env.now())).toBe(1);
      });
    });

    describe('setSecret and findSecret', () => {
      it('make a secret, and replace it', async () => {
        const { client, widgetId } = await start();
        expect(await client.webhooks.findSecret(widgetId)).toBeUndefined();
        for (const sealedSecret of ['one', 'two']) {
          t.env.advance(1);
          const secret = await client.webhooks.setSecret(widgetId.toUpperCase(), sealedSecret);
          expect(secret).toEqual({ clientId: client.clientId, widgetId, sealedSecret, createdAt: t.env.now() });
          expect(await client.webhooks.findSecret(widgetId.toUpperCase())).toEqual(secret);
        }
      });

      it('set at once by many leaves one of them', async () => {
        const { client, widgetId } = await start();
        const wanted = ['a', 'b', 'c', 'd'];
        await Promise.all(wanted.map((secret) => client.webhooks.setSecret(widgetId, secret)));
        expect(wanted).toContain((await client.webhooks.findSecret(widgetId))!.sealedSecret);
      });

      it('throw NotFoundError and find nothing for a widget that is not there', async () => {
        const { client } = await start();
        const error = await errorOf(client.webhooks.setSecret(strangeId(), 'x'));
        expect(error).toMatchObject({ name: 'NotFoundError', entity: 'widget' });
        expect(await client.webhooks.findSecret(strangeId())).toBeUndefined();
      });
    });
  });
}
