import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, chromiumPath } from './browser.ts';
import { chatFrame, openChat, say } from './frame.ts';
import { openWorld, peopleOnly, type World } from './world.ts';

describe.runIf(chromiumPath)('a visitor and an agent, in a browser', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(peopleOnly);
  });
  afterAll(() => world?.close());

  it('lets a message written on a page appear in the inbox, and its answer in the widget, without a reload', async () => {
    const agent = await world.agent();
    const visitor = await world.visitor();
    const frame = await openChat(visitor.page);
    await say(frame, 'Is the red one in stock?');

    await agent.page.getByRole('link', { name: /Is the red one in stock/ }).click();
    await agent.page.getByRole('article').getByText('Is the red one in stock?').waitFor();
    await agent.page.getByLabel('Your answer').fill('Yes, **three** of them.');
    await agent.page.getByLabel('Your answer').press('Enter');

    await frame.getByText('three').waitFor();
    expect(await frame.locator('strong').textContent()).toBe('three');
    expect(await axeFindings(visitor.page)).toEqual([]);
    expect(await axeFindings(agent.page)).toEqual([]);
    await agent.context.close();
    await visitor.context.close();
  });

  it('keeps what was written offline through a reload and sends it once, when the network is back', async () => {
    const agent = await world.agent();
    const visitor = await world.visitor();
    const frame = await openChat(visitor.page);
    await say(frame, 'First, while online');
    await agent.page.getByRole('link', { name: /First, while online/ }).click();

    await visitor.context.setOffline(true);
    await say(frame, 'Written in a tunnel');
    await frame.getByText('Written in a tunnel').waitFor();
    await visitor.context.setOffline(false);
    await visitor.page.reload();
    const reopened = await chatFrame(visitor.page).catch(() => openChat(visitor.page));
    await reopened.getByText('Written in a tunnel').waitFor();
    await agent.page.getByRole('article').getByText('Written in a tunnel').waitFor();
    expect(await agent.page.getByRole('article').getByText('Written in a tunnel').count()).toBe(1);
    expect(await reopened.getByText('Written in a tunnel').count()).toBe(1);
    await agent.context.close();
    await visitor.context.close();
  });

  it('shows two visitors nothing of each other', async () => {
    const ann = await world.visitor();
    const bob = await world.visitor();
    await say(await openChat(ann.page), 'My card ends in 4242');
    const frame = await openChat(bob.page);
    await say(frame, 'Hello');
    await frame.getByText('Hello').waitFor();
    expect(await frame.getByText('4242').count()).toBe(0);
    await ann.context.close();
    await bob.context.close();
  });
});
