import { afterAll, beforeAll, expect, test } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import { databaseHarness } from '../../storage/conformance/database-harness.ts';
import type { StorageHarness } from '../../storage/conformance/harness.ts';
import { createRouteWorld } from '../../testing/route-world.ts';
import { cannedRepliesRoutes } from '../canned-replies/canned-replies.routes.ts';
import { webhooksRoutes } from './webhooks.routes.ts';

let harness: StorageHarness;
beforeAll(async () => {
  harness = await databaseHarness()();
});
afterAll(() => harness.close());

test('a client gets no more webhooks and canned replies than it may have by asking for many at once', async () => {
  const world = await createRouteWorld(harness);
  const acme = await world.addTenant();
  const routes = [...webhooksRoutes(world.deps), ...cannedRepliesRoutes(world.deps)];
  const call = (name: string, body: object) =>
    world.call(routes, name, { as: { user: acme.owner }, params: { clientId: acme.storage.clientId }, body });
  const times = <T>(count: number, work: (n: number) => T) =>
    Promise.all(Array.from({ length: count }, (_, n) => work(n)));

  const hook = { url: 'https://crm.example/hook', description: 'CRM', events: ['message.created'] };
  const hooks = await times(limits.webhooksPerClientMax + 10, () => call('createWebhook', hook));
  expect(hooks.filter(({ status }) => status === 409)).toHaveLength(10);
  expect(await acme.storage.outgoingWebhooks.list()).toHaveLength(limits.webhooksPerClientMax);

  for (let n = 0; n < limits.cannedRepliesMax - 1; n++) {
    await acme.storage.cannedReplies.create({ shortcut: `s${n}`, title: 'Tea', content: 'Tea' });
  }
  const replies = await times(10, (n) =>
    call('createCannedReply', { shortcut: `t${n}`, title: 'Tea', content: 'Tea' }),
  );
  expect(replies.filter(({ status }) => status === 409)).toHaveLength(9);
  expect(await acme.storage.cannedReplies.list()).toHaveLength(limits.cannedRepliesMax);
});
