import { expect, test } from 'vitest';
import { addConversation } from '../../storage/conformance/worlds.ts';
import { createRouteWorld } from '../../testing/route-world.ts';
import { wakeSnoozed } from './wake-snoozed.ts';

const later = (at: Date, ms: number) => new Date(at.getTime() + ms);

test('conversations open when their snooze has passed, those of every client, and not before', async () => {
  const world = await createRouteWorld();
  const tenants = [await world.addTenant('A'), await world.addTenant('B')];
  const ids: string[] = [];
  for (const { storage } of tenants) {
    for (const ms of [1000, 5000]) {
      const { id } = await addConversation(storage);
      await storage.conversations.update(id, { status: 'snoozed', snoozedUntil: later(world.env.now(), ms) });
      ids.push(id);
    }
  }
  expect(await wakeSnoozed(world.deps)).toBe(0);
  world.env.advance(1000);
  expect(await wakeSnoozed(world.deps)).toBe(2);
  expect(await wakeSnoozed(world.deps)).toBe(0);

  expect(await tenants[0]!.storage.conversations.find(ids[0]!)).toMatchObject({ status: 'open', snoozedUntil: null });
  expect(await tenants[0]!.storage.conversations.find(ids[1]!)).toMatchObject({ status: 'snoozed' });
  expect(world.events.map(({ name }) => name)).toEqual(['conversation.updated', 'conversation.updated']);
});

test('more conversations than are woken at once are all woken', async () => {
  const world = await createRouteWorld();
  const { storage } = await world.addTenant();
  for (let n = 0; n < 120; n++) {
    const { id } = await addConversation(storage);
    await storage.conversations.update(id, { status: 'snoozed', snoozedUntil: world.env.now() });
  }
  expect(await wakeSnoozed(world.deps)).toBe(120);
});
