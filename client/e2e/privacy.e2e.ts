import { readFile } from 'node:fs/promises';
import type { BrowserContext, Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveTestPages, type TestPages } from '../widget/test-pages/serve.ts';
import { axeFindings, chromiumPath } from './browser.ts';
import { openChat, say } from './frame.ts';
import { type Owner, signInAsOwner } from './owner.ts';
import { openWorld, peopleOnly, type World } from './world.ts';

describe.runIf(chromiumPath)('what is kept of a visitor', { timeout: 120_000 }, () => {
  let world: World;
  let owner: Owner;
  let pages: TestPages;
  let context: BrowserContext;

  beforeAll(async () => {
    world = await openWorld(peopleOnly);
    owner = await signInAsOwner(world.server.origin);
    const { publicKey } = await owner.createWidget();
    pages = await serveTestPages({ widgetOrigin: world.server.origin, publicKey });
  });
  afterAll(async () => {
    await pages?.close();
    await world?.close();
  });
  beforeEach(async () => {
    context = await world.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  });
  afterEach(() => context.close());

  const visit = async (): Promise<[Page, Frame]> => {
    const page = await context.newPage();
    await page.goto(`${pages.origin}/plain.html`);
    return [page, await openChat(page)];
  };
  const openData = async (frame: Frame) => {
    await frame.getByRole('button', { name: 'More' }).click();
    await frame.getByRole('button', { name: 'Your data' }).click();
    await frame.getByRole('button', { name: 'Download my data' }).waitFor();
  };
  const conversations = async (text: string) => {
    const { items } = await owner.call<{ items: { lastMessagePreview: string | null }[] }>('GET', '/conversations');
    return items.filter(({ lastMessagePreview }) => lastMessagePreview?.includes(text));
  };

  it('is downloaded and erased by the visitor, who starts afresh in every tab', async () => {
    const [one, first] = await visit();
    await say(first, 'A secret of mine');
    await owner.findConversation('A secret of mine');
    const [, second] = await visit();
    await second.getByText('A secret of mine').waitFor();

    await one.bringToFront();
    await openData(first);
    expect(await axeFindings(one)).toEqual([]);
    const arrives = one.waitForEvent('download');
    await first.getByRole('button', { name: 'Download my data' }).press('Enter');
    const file = await (await arrives).path();
    const told = JSON.parse(await readFile(file, 'utf8'));
    expect(told.conversations[0].messages).toMatchObject([{ content: 'A secret of mine' }]);

    await first.getByRole('button', { name: 'Erase my data' }).press('Enter');
    await first.getByRole('button', { name: 'Keep it' }).press('Enter');
    expect(await conversations('A secret of mine')).toHaveLength(1);
    await first.getByRole('button', { name: 'Erase my data' }).press('Enter');
    await first.getByRole('button', { name: 'Erase everything' }).press('Enter');
    await first.getByText('A secret of mine').waitFor({ state: 'detached' });
    await first.locator('textarea').waitFor();
    await second.getByText('A secret of mine').waitFor({ state: 'detached' });
    expect(await conversations('A secret of mine')).toEqual([]);

    await say(first, 'Somebody new');
    await owner.findConversation('Somebody new');
    const { items } = await owner.call<{ items: { actorKind: string }[] }>('GET', '/privacy/erasures');
    expect(items).toMatchObject([{ actorKind: 'visitor' }]);
  });

  it('is exported and erased by an agent who may, and vanishes before other agents and the visitor', async () => {
    const [, frame] = await visit();
    await say(frame, 'Please forget me');
    const id = await owner.findConversation('Please forget me');
    // Wide enough for what is known of the visitor, beside the thread.
    const wide = { viewport: { width: 1600, height: 1000 } };
    const { page } = await world.agent(wide);
    const { page: other } = await world.agent(wide);
    for (const one of [page, other]) await one.goto(`${world.server.origin}/c/${owner.clientId}/inbox/${id}`);
    await other.getByText('Please forget me').first().waitFor();

    const arrives = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export data' }).click();
    const told = JSON.parse(await readFile(await (await arrives).path(), 'utf8'));
    expect(told.conversations[0].messages).toMatchObject([{ content: 'Please forget me' }]);

    await page.getByRole('button', { name: 'Erase visitor…' }).click();
    const dialog = page.getByRole('alertdialog');
    expect(await dialog.getByRole('button', { name: 'Erase visitor' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Type “ERASE” to go on').fill('ERASE');
    await page.keyboard.press('Enter');
    await page.getByText(/^Erased: 1 visitor, 1 conversation/).waitFor();
    await other.getByText('Please forget me').first().waitFor({ state: 'detached' });
    await frame.getByText('Please forget me').waitFor({ state: 'detached' });
    await page.goto(`${world.server.origin}/c/${owner.clientId}/settings/privacy`);
    await page.getByText('A member erased a visitor').waitFor();
  });

  it('is kept for as long as the owner says, who sees what would go and the receipts', async () => {
    const { page } = await world.agent();
    await page.goto(`${world.server.origin}/c/${owner.clientId}/settings/privacy`);
    await page.getByText('This has not run yet.').waitFor();
    await page.getByText('Erase old conversations').click();
    const days = page.getByRole('textbox', { name: 'Days after the last message' });
    await days.fill('3650');
    await days.press('Tab');
    await page.getByText('Nothing is that old now.').waitFor();
    await page.getByRole('button', { name: 'Save rule' }).click();
    await page.getByText(/^Next: /).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.reload();
    expect(await page.getByRole('textbox', { name: 'Days after the last message' }).inputValue()).toBe('3650');
  });
});
