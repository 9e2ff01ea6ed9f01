import { describe, expect, it } from 'vitest';
import type { Conversation, Visitor, WebhookDelivery } from '../../../shared/schema.ts';
import { type WebhookEvent, webhookEvents } from '../../../shared/webhook-vocabulary.ts';
import { ConflictError, InvalidCursorError, NotFoundError } from '../errors.ts';
import type { NewWebhook } from '../repositories/outgoing-webhooks.ts';
import type { ClientStorage } from '../storage.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { webhookInput } from './isolation-webhooks.ts';
import {
  addClient,
  addConversation,
  addMember,
  addVisitor,
  allPages,
  errorOf,
  messageInput,
  strangeId,
} from './worlds.ts';

export function outgoingWebhooksSuite(open: OpenHarness): void {
  describe('outgoing webhooks', () => {
    const t = useHarness(open);

    const start = async (input: Partial<NewWebhook> = {}) => {
      const { client } = await addClient(t.storage);
      const webhook = await client.outgoingWebhooks.create(webhookInput(input));
      const deliveries = async () =>
        (await allPages((page) => client.outgoingWebhooks.listDeliveries(webhook.id, {}, page), 100)).reverse();
      /** The events of the outbox since this was called last, in no particular order within one instant. */
      const seen = new Set<string>();
      const news = async () => {
        const fresh = (await deliveries()).filter(({ id }) => !seen.has(id));
        for (const { id } of fresh) seen.add(id);
        return fresh.sort((a, b) => webhookEvents.indexOf(a.event as never) - webhookEvents.indexOf(b.event as never));
      };
      return { client, webhook, deliveries, news };
    };
    const eventsOf = (deliveries: WebhookDelivery[]) => deliveries.map(({ event }) => event);

    const conversationIn = (conversation: Conversation, more: object = {}) => {
      const { id, widgetId, visitorId, title, status, assigneeId, tags, metadata, lastSequence } = conversation;
      return {
        ...{ id, widgetId, visitorId, title, status, assigneeId, tags, metadata, lastSequence },
        snoozedUntil: conversation.snoozedUntil?.toISOString() ?? null,
        createdAt: conversation.createdAt.toISOString(),
        updatedAt: conversation.updatedAt.toISOString(),
        ...more,
      };
    };
    const visitorIn = ({ id, externalId, name, email }: Visitor) => ({ id, externalId, name, email });

    describe('webhooks', () => {
      it('are made enabled under the id they are given, found, listed in the order of their making, and removed', async () => {
        const { client } = await addClient(t.storage);
        const inputs = [webhookInput(), webhookInput({ events: ['message.created'], description: '' })];
        const made = [];
        for (const input of inputs) {
          t.env.advance(1);
          made.push(await client.outgoingWebhooks.create({ ...input, id: input.id.toUpperCase() }));
        }
        const fresh = { enabled: true, failingSince: null, failuresInRow: 0, lastSuccessAt: null };
        const neverOff = { switchedOffAt: null, switchedOffReason: null };
        const neverReplaced = { previousSealedSecret: null, previousSecretUntil: null };
        const at = { createdAt: t.env.now(), updatedAt: t.env.now() };
        expect(made[1]).toEqual({
          clientId: client.clientId,
          ...inputs[1],
          ...fresh,
          ...neverOff,
          ...neverReplaced,
          ...at,
        });
        expect(await client.outgoingWebhooks.list()).toEqual(made);
        expect(await client.outgoingWebhooks.find(inputs[0]!.id.toUpperCase())).toEqual(made[0]);
        expect(await errorOf(client.outgoingWebhooks.create(inputs[0]!))).toBeInstanceOf(ConflictError);

        await client.outgoingWebhooks.remove(made[0]!.id.toUpperCase());
        expect(await client.outgoingWebhooks.find(made[0]!.id)).toBeUndefined();
        expect(await client.outgoingWebhooks.list()).toEqual([made[1]]);
      });

      it('change in the fields that are given', async () => {
        const { client, webhook } = await start();
        t.env.advance(5);
        const off = { enabled: false, switchedOffAt: t.env.now(), switchedOffReason: 'gone' as const };
        const given = { url: 'https://x.example', events: ['rating.created' as const], failuresInRow: 3, ...off };
        const changed = await client.outgoingWebhooks.update(webhook.id.toUpperCase(), {
          ...given,
          description: undefined,
        });
        expect(changed).toEqual({ ...webhook, ...given, updatedAt: t.env.now() });
        const replaced = { sealedSecret: 's2', previousSealedSecret: 'sealed', previousSecretUntil: t.env.now() };
        expect(await client.outgoingWebhooks.update(webhook.id, replaced)).toEqual({ ...changed, ...replaced });
        const ended = { previousSealedSecret: null, previousSecretUntil: null };
        expect(await client.outgoingWebhooks.update(webhook.id, ended)).toEqual({
          ...changed,
          sealedSecret: 's2',
          ...ended,
        });
        const on = { enabled: true, switchedOffAt: null, switchedOffReason: null, failuresInRow: 0 };
        expect(await client.outgoingWebhooks.update(webhook.id, on)).toEqual({ ...changed, sealedSecret: 's2', ...on });
      });

      it('that are not there are NotFoundError to change, to remove and to send with', async () => {
        const { client } = await start();
        const id = strangeId();
        for (const attempt of [
          () => client.outgoingWebhooks.update(id, { enabled: false }),
          () => client.outgoingWebhooks.remove(id),
          () => client.outgoingWebhooks.enqueue(id, { event: 'webhook.test', payload: {} }),
        ]) {
          const error = await errorOf(attempt());
          expect(error).toBeInstanceOf(NotFoundError);
          expect(error).toMatchObject({ entity: 'webhook' });
        }
        expect(await client.outgoingWebhooks.find(id)).toBeUndefined();
      });
    });

    describe('the outbox', () => {
      it('tells of a new conversation, once, with its visitor', async () => {
        const { client, webhook, news } = await start();
        const visitor = await addVisitor(client);
        const known = await client.visitors.see({ id: visitor.id, widgetId: visitor.widgetId, name: 'Größe "x"' });
        const input = { visitorId: visitor.id, widgetId: visitor.widgetId, title: 'T', metadata: { a: [null, 'ü'] } };
        const { conversation } = await client.conversations.create({ ...input, clientConversationId: 'c1' });
        await client.conversations.create({ ...input, clientConversationId: 'c1' });
        expect(await news()).toEqual([
          {
            clientId: client.clientId,
            id: expect.stringMatching(/^[0-9a-f-]{36}$/),
            webhookId: webhook.id,
            conversationId: conversation.id,
            event: 'conversation.created',
            payload: { conversation: conversationIn(conversation), visitor: visitorIn(known) },
            state: 'pending',
            byHand: false,
            attempts: 0,
            nextTryAt: t.env.now(),
            leaseId: null,
            leaseUntil: null,
            lastAttemptAt: null,
            httpStatus: null,
            failure: null,
            durationMs: null,
            response: null,
            createdAt: t.env.now(),
          },
        ]);
      });

      it('tells of each new message as it is stored, and of none that is repeated', async () => {
        const { client, news } = await start({ events: ['message.created'] });
        const conversation = await addConversation(client);
        const author = await addMember(t.storage, client);
        const texts = { content: 'line\n"😀"\\', metadata: { b: { c: 'ü' }, a: 1 } };
        for (const input of [
          messageInput(conversation.id, { clientMessageId: 'm1', ...texts }),
          messageInput(conversation.id, { role: 'agent', authorId: author.id, ...texts }),
          messageInput(conversation.id, { role: 'assistant' }),
        ]) {
          t.env.advance(7);
          const { message, conversation: after } = await client.messages.append(input);
          const { id, conversationId, sequence, role, content, metadata, clientMessageId, authorId } = message;
          const said = { id, conversationId, sequence, role, content, metadata, clientMessageId, authorId };
          const payload = {
            conversation: conversationIn(after),
            visitor: null,
            message: { ...said, createdAt: message.createdAt.toISOString() },
          };
          const told = await news();
          expect(told).toMatchObject([{ event: 'message.created', conversationId: conversation.id }]);
          expect(told[0]!.payload).toEqual(payload);
          expect([told[0]!.createdAt, told[0]!.nextTryAt]).toEqual([message.createdAt, message.createdAt]);
        }
        await client.messages.append(messageInput(conversation.id, { clientMessageId: 'm1' }));
        expect(await news()).toEqual([]);
      });

      it('tells of messages that arrive together, each once and each with its number', async () => {
        const { client, news } = await start({ events: ['message.created', 'conversation.updated'] });
        const conversations = [await addConversation(client), await addConversation(client)];
        for (const { id } of conversations) await client.conversations.update(id, { status: 'closed' });
        await news();
        const inputs = conversations.flatMap(({ id }) =>
          ['a', 'b', 'c', 'c'].map((made) =>
            messageInput(id, { content: made, clientMessageId: made, statusAfter: 'reopen' }),
          ),
        );
        await Promise.all(inputs.map((input) => client.messages.append(input)));
        const told = await news();
        const numbers = told
          .filter(({ event }) => event === 'message.created')
          .map(({ payload }) => payload as { message: { sequence: number }; conversation: { lastSequence: number } })
          .map(({ message, conversation }) => [message.sequence, conversation.lastSequence]);
        expect(numbers.sort()).toEqual([1, 1, 2, 2, 3, 3].map((number) => [number, number]));
        const opened = told.filter(({ event }) => event === 'conversation.updated');
        expect(opened.map(({ conversationId }) => conversationId).sort()).toEqual(
          conversations.map(({ id }) => id).sort(),
        );
        for (const { payload } of opened) {
          expect(payload).toMatchObject({ changed: ['status'], conversation: { status: 'open', lastSequence: 1 } });
        }
      });

      it('tells what of a conversation was changed, and nothing when nothing that is told was', async () => {
        const { client, news } = await start();
        const { id } = await addConversation(client);
        const agent = await addMember(t.storage, client);
        await news();
        const told = async (patch: Parameters<typeof client.conversations.update>[1]) => {
          t.env.advance(1);
          const conversation = await client.conversations.update(id, patch);
          const all = await news();
          for (const { payload } of all) expect(payload).toMatchObject({ conversation: conversationIn(conversation) });
          return all.map(({ event, payload }) => [event, (payload as { changed?: string[] }).changed]);
        };
        const updated: WebhookEvent = 'conversation.updated';
        expect(await told({ tags: ['a'] })).toEqual([[updated, ['tags']]]);
        expect(await told({ tags: ['a'] })).toEqual([]);
        expect(await told({ title: 'New', metadata: { a: 1 } })).toEqual([]);
        expect(await told({ assigneeId: agent.id, status: 'waiting' })).toEqual([[updated, ['status', 'assigneeId']]]);
        expect(await told({ assigneeId: null, tags: [] })).toEqual([[updated, ['assigneeId', 'tags']]]);
        expect(await told({ status: 'snoozed', snoozedUntil: new Date(0) })).toEqual([[updated, ['status']]]);
        expect(await told({ status: 'closed', snoozedUntil: null })).toEqual([
          [updated, ['status']],
          ['conversation.closed', undefined],
        ]);
        expect(await told({ status: 'closed' })).toEqual([]);
      });

      it('tells that a message has opened a closed conversation', async () => {
        const { client, news } = await start();
        const { id } = await addConversation(client);
        for (const role of ['user', 'agent'] as const) {
          await client.conversations.update(id, { status: 'closed' });
          await news();
          const statusAfter = role === 'user' ? 'reopen' : 'open';
          await client.messages.append(messageInput(id, { role, statusAfter }));
          expect(eventsOf(await news())).toEqual(['conversation.updated', 'message.created']);
          await client.messages.append(messageInput(id, { role, statusAfter }));
          expect(eventsOf(await news())).toEqual(['message.created']);
        }
      });

      it('tells of a handoff that is asked for, once, and of how it ended', async () => {
        const { client, news } = await start();
        const { id } = await addConversation(client);
        await news();
        const request = () => client.handoffs.request({ conversationId: id, requestedBy: 'visitor', reason: 'Please' });
        for (const end of ['answered', 'assigned'] as const) {
          t.env.advance(3);
          await client.conversations.update(id, { status: 'open' });
          await news();
          const { handoff } = await request();
          await request();
          const told = await news();
          expect(eventsOf(told)).toEqual(['conversation.updated', 'handoff.requested']);
          const { id: handoffId, requestedBy, reason } = handoff;
          const asked = { id: handoffId, requestedBy, reason, requestedAt: handoff.requestedAt.toISOString() };
          const open = { ...asked, resolvedAt: null, resolution: null };
          expect(told[1]!.payload).toMatchObject({ conversation: { id, status: 'waiting' }, handoff: open });

          t.env.advance(3);
          if (end === 'assigned') await client.handoffs.resolve(id, end);
          else await client.messages.append(messageInput(id, { role: 'agent', statusAfter: 'open' }));
          const resolved = (await news()).filter(({ event }) => event === 'handoff.resolved');
          const over = { ...asked, resolvedAt: t.env.now().toISOString(), resolution: end };
          expect(resolved.map(({ payload }) => payload)).toMatchObject([{ handoff: over }]);
          expect(await client.handoffs.resolve(id, 'closed')).toBeUndefined();
          expect(await news()).toEqual([]);
        }
      });

      it('tells of each rating', async () => {
        const { client, news } = await start();
        const { id: conversationId } = await addConversation(client);
        await news();
        for (const score of [1, 5]) {
          t.env.advance(1);
          await client.ratings.rate({ conversationId, score, comment: score === 1 ? 'Bad "ü"' : null });
          const rating = { score, comment: score === 1 ? 'Bad "ü"' : null, createdAt: t.env.now().toISOString() };
          const told = await news();
          expect(eventsOf(told)).toEqual(['rating.created']);
          expect(told[0]!.payload).toMatchObject({ conversation: { id: conversationId }, rating });
        }
      });

      it('is for enabled webhooks of the same client that want the event', async () => {
        const { client, news, webhook } = await start({ events: ['message.created'] });
        const others = [await start({ events: ['rating.created'] }), await start()];
        const second = await client.outgoingWebhooks.create(webhookInput({ events: ['message.created'] }));
        const { id } = await addConversation(client);
        await client.messages.append(messageInput(id));
        expect(eventsOf(await news())).toEqual(['message.created']);
        const toSecond = await client.outgoingWebhooks.listDeliveries(second.id, {}, { limit: 9 });
        expect(eventsOf(toSecond.items)).toEqual(['message.created']);
        for (const other of others) expect(await other.news()).toEqual([]);
        await client.outgoingWebhooks.update(webhook.id, { enabled: false });
        await client.messages.append(messageInput(id));
        await client.messages.append(messageInput(id, { role: 'agent' }));
        expect(await news()).toEqual([]);
      });

      it('keeps nothing of a transaction that is undone, and all of one that is not', async () => {
        const { client, news } = await start();
        const work = (fails: boolean) =>
          t.storage.transaction(async (scope) => {
            const own = scope.forClient(client.clientId);
            const { conversation } = await own.conversations.create({});
            await own.messages.append(messageInput(conversation.id));
            await own.messages.append(messageInput(conversation.id, { role: 'agent' }));
            if (fails) throw new Error('undone');
          });
        await errorOf(work(true));
        expect(await news()).toEqual([]);
        await work(false);
        expect(eventsOf(await news())).toEqual(['conversation.created', 'message.created', 'message.created']);
      });

      it('stores a message also while the webhook is being removed', async () => {
        const { client, webhook } = await start();
        const { id } = await addConversation(client);
        const appends = Array.from({ length: 20 }, () => client.messages.append(messageInput(id)));
        await Promise.all([...appends, client.outgoingWebhooks.remove(webhook.id)]);
        expect((await client.conversations.find(id))!.messageCount).toBe(20);
      });
    });

    describe('deliveries', () => {
      const claimOf = async (client: ClientStorage) => {
        const listening = await t.storage.deliveryQueue.listeners();
        const exceptClients = listening.filter((id) => id !== client.clientId);
        const wanted = { limit: 9, perWebhook: 9, leaseMs: 1_000, exceptWebhooks: [] };
        return t.storage.deliveryQueue.claim({ ...wanted, exceptClients });
      };
      const someDeliveries = async (count = 3) => {
        const world = await start({ events: ['message.created'] });
        const { id: conversationId } = await addConversation(world.client);
        for (let n = 0; n < count; n++) {
          t.env.advance(1);
          await world.client.messages.append(messageInput(conversationId, { content: `${n}` }));
        }
        return { ...world, conversationId, all: await world.deliveries() };
      };

      it('are listed newest first, page by page, all or those of a state', async () => {
        const { client, webhook, all } = await someDeliveries(5);
        const newestFirst = [...all].reverse();
        for (const limit of [1, 2, 5]) {
          const list = (page: { limit: number; cursor?: string }) =>
            client.outgoingWebhooks.listDeliveries(webhook.id.toUpperCase(), {}, page);
          expect(await allPages(list, limit)).toEqual(newestFirst);
        }
        const ofState = (state: WebhookDelivery['state']) =>
          client.outgoingWebhooks.listDeliveries(webhook.id, { state }, { limit: 9 });
        expect((await ofState('pending')).items).toEqual(newestFirst);
        expect((await ofState('failed')).items).toEqual([]);
        expect(await client.outgoingWebhooks.findDelivery(all[0]!.id.toUpperCase())).toEqual(all[0]);
        const error = await errorOf(client.outgoingWebhooks.listDeliveries(webhook.id, {}, { limit: 1, cursor: 'x' }));
        expect(error).toBeInstanceOf(InvalidCursorError);
      });

      it('go with their webhook', async () => {
        const { client, webhook, all } = await someDeliveries();
        await client.outgoingWebhooks.remove(webhook.id);
        expect(await client.outgoingWebhooks.findDelivery(all[0]!.id)).toBeUndefined();
      });

      it('are put in the outbox by hand with what they are given', async () => {
        const { client, webhook } = await start();
        const what = { event: 'webhook.test' as const, payload: { a: [1, { b: null }] } };
        const delivery = await client.outgoingWebhooks.enqueue(webhook.id.toUpperCase(), what);
        const facts = { webhookId: webhook.id, conversationId: null, state: 'pending', byHand: true, attempts: 0 };
        expect(delivery).toMatchObject({ ...what, ...facts, nextTryAt: t.env.now(), createdAt: t.env.now() });
        expect(await client.outgoingWebhooks.findDelivery(delivery.id)).toEqual(delivery);
      });

      it('are sent again under their id: by hand when they are over, else as they would have been', async () => {
        const { client, all } = await someDeliveries(2);
        t.env.advance(10);
        const [first, second] = all.map(({ id }) => id) as [string, string];
        const again = await client.outgoingWebhooks.sendAgain(first.toUpperCase());
        expect(again).toEqual({ ...all[0], nextTryAt: t.env.now() });
        expect(await client.outgoingWebhooks.sendAgain(second, { byHand: true })).toMatchObject({ byHand: true });
        const claimed = (await claimOf(client)).filter(({ id }) => id === first);
        const ended = { httpStatus: 200, failure: null, durationMs: 1, response: 'ok' };
        await t.storage.deliveryQueue.settle(claimed[0]!, { state: 'delivered', ...ended });
        t.env.advance(10);
        const redone = await client.outgoingWebhooks.sendAgain(first);
        expect(redone).toMatchObject({
          id: first,
          state: 'pending',
          byHand: true,
          nextTryAt: t.env.now(),
          attempts: 1,
        });
        expect(await client.outgoingWebhooks.sendAgain(strangeId())).toBeUndefined();
      });

      it('lose what was said when their conversations are erased, and are not sent any more', async () => {
        const { client, webhook, conversationId, all } = await someDeliveries(2);
        const other = await addConversation(client);
        await client.messages.append(messageInput(other.id));
        const [claimed] = await claimOf(client);
        const erase = (...ids: string[]) => client.outgoingWebhooks.eraseOfConversations(ids);
        expect(await erase()).toBe(0);
        expect(await erase(conversationId.toUpperCase(), strangeId(), conversationId)).toBe(2);
        expect(await erase(conversationId)).toBe(0);
        for (const { id } of all) {
          const erased = await client.outgoingWebhooks.findDelivery(id);
          expect(erased).toMatchObject({ payload: null, response: null, state: 'dropped', leaseId: null });
          expect(await client.outgoingWebhooks.sendAgain(id)).toBeUndefined();
        }
        const ended = { httpStatus: 200, failure: null, durationMs: 1, response: 'echo' };
        expect(await t.storage.deliveryQueue.settle(claimed!, { state: 'delivered', ...ended })).toBeUndefined();
        const rest = await client.outgoingWebhooks.listDeliveries(webhook.id, { state: 'pending' }, { limit: 9 });
        expect(rest.items.map((one) => one.conversationId)).toEqual([other.id]);
      });
    });
  });
}
