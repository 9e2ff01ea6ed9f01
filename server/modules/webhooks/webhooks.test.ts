import { beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import { webhookEvents } from '../../../shared/webhook-vocabulary.ts';
import { createSealing } from '../../lib/sealing.ts';
import { addConversation, messageInput, strangeId } from '../../storage/conformance/worlds.ts';
import { type Answered, createRouteWorld, type RouteWorld, type Sent, type Tenant } from '../../testing/route-world.ts';
import { conversationsRoutes } from '../conversations/conversations.routes.ts';
import { rotateSecrets } from '../secrets/rotate-secrets.ts';
import { outgoingSecretContext } from './outgoing-secret.ts';
import { webhooksRoutes } from './webhooks.routes.ts';

let world: RouteWorld;
let acme: Tenant;
let call: (name: string, sent?: Sent) => Promise<Answered>;

beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant();
  call = (name, { params, ...sent } = {}) =>
    world.call(webhooksRoutes(world.deps), name, {
      as: { user: acme.owner },
      params: { clientId: acme.storage.clientId, ...params },
      ...sent,
    });
});

const input = { url: 'https://crm.example/hook?token=secret', description: 'CRM', events: ['message.created'] };
const make = async (more: object = {}) => (await call('createWebhook', { body: { ...input, ...more } })).body;
const audit = async () => (await acme.storage.audit.list({ limit: 100 })).items;

describe('a webhook', () => {
  test('is made, listed, changed and removed, each with an audit row that tells no token', async () => {
    const { status, body } = await call('createWebhook', { body: input });
    const at = world.env.now().toISOString();
    const fresh = {
      enabled: true,
      failingSince: null,
      lastSuccessAt: null,
      switchedOff: null,
      previousSecretUntil: null,
    };
    const { webhook } = body;
    expect([status, webhook]).toEqual([
      201,
      { id: expect.any(String), ...input, ...fresh, createdAt: at, updatedAt: at },
    ]);
    expect((await call('listWebhooks')).body).toEqual({ items: [webhook], nextCursor: null });
    const params = { webhookId: webhook.id };
    const wish = { url: 'https://x.example/', events: ['rating.created', 'rating.created'] };
    const changed = (await call('updateWebhook', { params, body: wish })).body;
    expect(changed).toMatchObject({ url: 'https://x.example/', events: ['rating.created'], description: 'CRM' });
    await call('updateWebhook', { params, body: wish });
    await call('updateWebhook', { params, body: { enabled: false } });
    await call('rotateOutgoingSecret', { params });
    expect((await call('deleteWebhook', { params })).status).toBe(204);
    expect((await call('listWebhooks')).body.items).toEqual([]);
    const rows = await audit();
    expect(rows.map(({ action }) => action)).toEqual(
      ['deleted', 'secretRotated', 'disabled', 'updated', 'created'].map((verb) => `webhook.${verb}`),
    );
    expect(JSON.stringify(rows)).not.toMatch(/token|whsec/);
    expect(world.events.filter(({ name }) => name === 'webhook.changed')).toHaveLength(5);
  });

  test('shows its secret when it is made and when it is replaced, and keeps it sealed', async () => {
    const { webhook, secret } = await make();
    const params = { webhookId: webhook.id };
    const sealing = createSealing(world.deps.secrets.sealingKeys);
    const kept = async () => {
      const stored = (await acme.storage.outgoingWebhooks.find(webhook.id))!;
      return sealing.open(stored.sealedSecret, outgoingSecretContext(stored));
    };
    expect(await kept()).toBe(secret);
    const { secret: second } = (await call('rotateOutgoingSecret', { params })).body;
    for (const one of [secret, second]) expect(one).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(second).not.toBe(secret);
    expect(await kept()).toBe(second);
    const stored = (await acme.storage.outgoingWebhooks.find(webhook.id))!;
    expect(sealing.open(stored.previousSealedSecret!, outgoingSecretContext(stored))).toBe(secret);
    expect(JSON.stringify((await call('listWebhooks')).body)).not.toContain('whsec_');
  });

  test('tells for a day that the secret before is signed with as well, unless that is ended before', async () => {
    const { webhook } = await make();
    const params = { webhookId: webhook.id };
    const until = async () => (await call('listWebhooks')).body.items[0].previousSecretUntil;
    const ended = async () => (await audit()).filter(({ action }) => action === 'webhook.previousSecretEnded').length;
    expect((await call('endPreviousSecret', { params })).status).toBe(204);
    expect([await until(), await ended()]).toEqual([null, 0]);

    const { body } = await call('rotateOutgoingSecret', { params });
    expect(await until()).toBe(body.previousSecretUntil);
    world.env.setTime(new Date(Date.parse(body.previousSecretUntil) - 1));
    expect(await until()).toBe(body.previousSecretUntil);
    world.env.advance(1);
    expect(await until()).toBeNull();

    await call('rotateOutgoingSecret', { params });
    expect((await call('endPreviousSecret', { params })).status).toBe(204);
    expect([await until(), await ended()]).toEqual([null, 1]);
    expect(await acme.storage.outgoingWebhooks.find(webhook.id)).toMatchObject({ previousSealedSecret: null });
  });

  test('keeps its secrets when the installation’s key is replaced', async () => {
    const { webhook, secret: first } = await make();
    const { secret } = (await call('rotateOutgoingSecret', { params: { webhookId: webhook.id } })).body;
    const keys = [Buffer.alloc(32, 9), ...world.deps.secrets.sealingKeys];
    expect((await rotateSecrets(world.storage, createSealing(keys))).lost).toEqual([]);
    const stored = (await acme.storage.outgoingWebhooks.find(webhook.id))!;
    const sealing = createSealing([keys[0]!]);
    expect(sealing.open(stored.sealedSecret, outgoingSecretContext(stored))).toBe(secret);
    expect(sealing.open(stored.previousSealedSecret!, outgoingSecretContext(stored))).toBe(first);
  });

  test('is refused with every fault named', async () => {
    for (const [wrong, pointers] of [
      [{ url: 'x', events: [] }, ['#/url', '#/events']],
      [{ url: 'ftp://x.example' }, ['#/url']],
      [{ url: 'https://ann:word@x.example' }, ['#/url']],
      [{ url: 'https://x.example/#top' }, ['#/url']],
      [{ url: `https://x.example/${'x'.repeat(limits.urlCharsMax)}` }, ['#/url']],
      [{ events: ['message.created', 'message.removed'] }, ['#/events/1']],
      [{ description: 'x'.repeat(limits.webhookDescriptionCharsMax + 1) }, ['#/description']],
    ] as const) {
      const { status, body } = await call('createWebhook', { body: { ...input, ...wrong } });
      expect([wrong, status, body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
        wrong,
        400,
        pointers,
      ]);
    }
    for (let n = 0; n < limits.webhooksPerClientMax; n++) await make();
    expect((await call('createWebhook', { body: input })).status).toBe(409);
  });

  test('that was switched off says why, and starts anew when it is switched on', async () => {
    const { webhook } = await make();
    const params = { webhookId: webhook.id };
    const at = world.env.now();
    const facts = { failingSince: at, failuresInRow: 50, switchedOffAt: at, switchedOffReason: 'failing' as const };
    await acme.storage.outgoingWebhooks.update(webhook.id, { enabled: false, ...facts });
    const [shown] = (await call('listWebhooks')).body.items;
    expect(shown).toMatchObject({ enabled: false, switchedOff: { at: at.toISOString(), reason: 'failing' } });
    const on = (await call('updateWebhook', { params, body: { enabled: true } })).body;
    expect(on).toMatchObject({ enabled: true, switchedOff: null, failingSince: null });
    expect((await acme.storage.outgoingWebhooks.find(webhook.id))!.failuresInRow).toBe(0);
  });

  test('is the business of owners and admins alone', async () => {
    const { webhook } = await make();
    const { body: delivery } = await call('testWebhook', { params: { webhookId: webhook.id } });
    const params = { webhookId: webhook.id, deliveryId: delivery.id };
    const as = { user: acme.agent };
    for (const { endpoint } of webhooksRoutes(world.deps)) {
      const body = endpoint.name === 'createWebhook' ? input : endpoint.body ? {} : undefined;
      expect([endpoint.name, (await call(endpoint.name, { as, params, body })).status]).toEqual([endpoint.name, 403]);
    }
  });
});

describe('deliveries', () => {
  const withDelivery = async () => {
    const { webhook } = await make({ events: webhookEvents });
    const conversation = await addConversation(acme.storage, { title: 'Order 7' });
    const attachments = [{ id: strangeId(), name: 'a.png', mediaType: 'image/png', sizeBytes: 5 }];
    const metadata = { attachments, order: 7 };
    await acme.storage.messages.append(messageInput(conversation.id, { content: 'Hello', metadata }));
    const params = { webhookId: webhook.id };
    const { items } = (await call('listDeliveries', { params })).body;
    const told = items.find(({ event }: { event: string }) => event === 'message.created');
    return { webhook, conversation, params: { ...params, deliveryId: told.id }, attachments };
  };

  test('are listed, by state too, and shown with the body that is sent', async () => {
    const { params, conversation, attachments } = await withDelivery();
    const list = async (query: string) => (await call('listDeliveries', { params, query })).body;
    expect((await list('state=pending')).items).toHaveLength(2);
    expect((await list('state=failed')).items).toEqual([]);
    const first = await list('limit=1');
    const second = await list(`limit=1&cursor=${first.nextCursor}`);
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(2);
    const { body } = await call('getDelivery', { params });
    const [file] = attachments;
    expect(body).toMatchObject({
      state: 'pending',
      attempts: 0,
      nextTryAt: world.env.now().toISOString(),
      response: null,
      body: {
        id: params.deliveryId,
        type: 'message.created',
        data: {
          conversation: { id: conversation.id, title: 'Order 7', lastSequence: 1 },
          message: {
            content: 'Hello',
            metadata: { order: 7 },
            attachments: [{ ...file, url: expect.stringContaining(file!.id) }],
          },
          visitor: null,
        },
      },
    });
    expect(Object.keys(body.body)).toEqual(['id', 'type', 'createdAt', 'data']);
  });

  test('are sent again on request, and not when what they were about has been erased', async () => {
    const { params, conversation } = await withDelivery();
    const again = await call('sendDeliveryAgain', { params });
    expect([again.status, again.body.state, again.body.byHand]).toEqual([200, 'pending', false]);
    await call('updateWebhook', { params, body: { enabled: false } });
    expect((await call('sendDeliveryAgain', { params })).body.byHand).toBe(true);
    const deletion = { ...params, conversationId: conversation.id, clientId: acme.storage.clientId };
    const as = { user: acme.owner };
    await world.call(conversationsRoutes(world.deps as never), 'deleteConversation', { as, params: deletion });
    expect((await call('getDelivery', { params })).body).toMatchObject({ body: null, state: 'dropped' });
    expect((await call('sendDeliveryAgain', { params })).status).toBe(409);
  });

  test('of a test are made on request, also for a webhook that is off', async () => {
    const { webhook } = await make();
    const params = { webhookId: webhook.id };
    await call('updateWebhook', { params, body: { enabled: false } });
    const { status, body } = await call('testWebhook', { params });
    expect([status, body.event, body.state, body.byHand]).toEqual([201, 'webhook.test', 'pending', true]);
    const details = (await call('getDelivery', { params: { ...params, deliveryId: body.id } })).body;
    expect(details.body).toMatchObject({ type: 'webhook.test', data: { text: expect.any(String) } });
  });

  test('are not found under another webhook, nor under one that is not there', async () => {
    const { params } = await withDelivery();
    const other = (await make()).webhook.id;
    for (const webhookId of [other, strangeId()]) {
      for (const name of ['getDelivery', 'sendDeliveryAgain']) {
        expect((await call(name, { params: { ...params, webhookId } })).status).toBe(404);
      }
    }
    for (const name of [
      'listDeliveries',
      'testWebhook',
      'deleteWebhook',
      'rotateOutgoingSecret',
      'endPreviousSecret',
    ]) {
      expect((await call(name, { params: { webhookId: strangeId() } })).status).toBe(404);
    }
  });
});
