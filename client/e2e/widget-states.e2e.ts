import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveTestPages } from '../widget/test-pages/serve.ts';
import { axeFindings, chromiumPath } from './browser.ts';
import { openChat, say } from './frame.ts';
import { type Owner, signInAsOwner } from './owner.ts';
import { openWorld, peopleOnly, type World } from './world.ts';

const nobodyEver = { enabled: true, timeZone: 'UTC', days: {}, awayText: 'Back on Monday at nine.' };
const preChat = {
  enabled: true,
  fields: [
    { name: 'email', label: 'Your address', type: 'email', required: true, options: [] },
    { name: 'topic', label: 'Topic', type: 'select', required: false, options: ['Tea', 'Cups'] },
  ],
};
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe.runIf(chromiumPath)('the states of the widget', () => {
  let world: World;
  let owner: Owner;
  beforeAll(async () => {
    world = await openWorld(peopleOnly);
    owner = await signInAsOwner(world.server.origin);
  });
  afterAll(() => world?.close());

  /** A page with a new widget of these settings on it, as on a phone in the dark. */
  const visit = async (settings: object, run: (page: Page) => Promise<void>) => {
    const { publicKey } = await owner.createWidget(settings);
    const pages = await serveTestPages({ widgetOrigin: world.server.origin, publicKey });
    const context = await world.browser.newContext({
      viewport: { width: 390, height: 800 },
      colorScheme: 'dark',
      locale: 'en-GB',
    });
    try {
      const page = await context.newPage();
      await page.goto(`${pages.origin}/plain.html`);
      await run(page);
    } finally {
      await context.close();
      await pages.close();
    }
  };

  const isClean = async (page: Page) => expect(await axeFindings(page)).toEqual([]);
  const panelOf = async (page: Page): Promise<Frame> => {
    await page.waitForLoadState('networkidle');
    await page.mouse.click((page.viewportSize()?.width ?? 0) - 48, 800 - 48);
    await expect.poll(() => page.frames().some((one) => one.url().includes('/frame/'))).toBe(true);
    return page.frames().find((one) => one.url().includes('/frame/')) as Frame;
  };
  const pick = async (frame: Frame, label: string) => {
    await frame.getByRole('button', { name: 'More' }).click();
    await frame.getByRole('button', { name: label }).click();
  };

  it('closed, open, with its menu, offline and with a list are clean, small and dark', () =>
    visit({ suggestedQuestions: ['Which tea?'] }, async (page) => {
      await page.waitForLoadState('networkidle');
      await isClean(page);
      const frame = await openChat(page);
      await frame.getByRole('button', { name: 'Which tea?' }).waitFor();
      expect(await frame.evaluate(() => getComputedStyle(document.querySelector('#app') as Element).colorScheme)).toBe(
        'dark',
      );
      await isClean(page);
      await say(frame, 'A first word');
      const id = await owner.findConversation('A first word');
      await owner.answer(id, 'An answer with a [link](https://example.com) and `code`.');
      await frame.getByText('An answer with a').waitFor();
      await isClean(page);

      await frame.getByRole('button', { name: 'More' }).click();
      await isClean(page);
      await page.keyboard.press('Escape');
      expect(await frame.getByRole('button', { name: 'More' }).getAttribute('aria-expanded')).toBe('false');
      await pick(frame, 'Your conversations');
      await frame.getByRole('button', { name: 'Start a new conversation' }).waitFor();
      await isClean(page);
      await frame.getByRole('button', { name: 'Back' }).click();

      await page.context().setOffline(true);
      await say(frame, 'Into the void');
      await frame.getByText('Not sent yet, trying again').waitFor();
      await isClean(page);
      await page.context().setOffline(false);
      await owner.findConversation('Into the void');
    }));

  it('asks before the first message, and names what is missing at its field', () =>
    visit({ preChat }, async (page) => {
      const frame = await panelOf(page);
      await frame.getByRole('button', { name: 'Start the chat' }).waitFor();
      await isClean(page);
      await frame.getByRole('button', { name: 'Start the chat' }).click();
      await frame.getByText('Please fill this in.').waitFor();
      await isClean(page);
      await frame.getByLabel('Your address').fill('ann@example.com');
      await frame.getByRole('button', { name: 'Start the chat' }).click();
      await say(frame, 'Answered before');
      await owner.findConversation('Answered before');
    }));

  it('calls a person from the menu, and says that nobody is there now', () =>
    visit({ businessHours: nobodyEver }, async (page) => {
      const frame = await openChat(page);
      await frame.getByText('Back on Monday at nine.').waitFor();
      await isClean(page);
      await pick(frame, 'A person, please');
      await frame.getByText('A person has been called.').waitFor();
      expect(await frame.getByRole('status').textContent()).toContain('Back on Monday at nine.');
      await isClean(page);
      const id = await owner.findConversation('A person, please');
      const { handoff } = await owner.call<{ handoff: object | null }>('GET', `/conversations/${id}`);
      expect(handoff).toMatchObject({ requestedBy: 'visitor' });
      await owner.answer(id, 'Here I am');
      await frame.getByText('Here I am').waitFor();
      await expect.poll(() => frame.getByText('A person has been called.').count()).toBe(0);
    }));

  it('takes a rating of a closed conversation, another instead, and offers a new one', () =>
    visit({}, async (page) => {
      const frame = await openChat(page);
      await say(frame, 'Nearly done');
      const id = await owner.findConversation('Nearly done');
      await frame.getByText('Sent', { exact: true }).waitFor({ state: 'attached' });
      await owner.closeConversation(id);
      await frame.getByText('How was this conversation?').waitFor();
      await isClean(page);
      await frame.getByRole('radio', { name: '2 of 5' }).focus();
      await page.keyboard.press('Space');
      await frame.getByLabel('What would you like to tell us?').fill('Slow');
      await isClean(page);
      await frame.getByRole('button', { name: 'Send rating' }).click();
      await frame.getByText('Thank you for your rating!').waitFor();
      await isClean(page);
      await frame.getByRole('button', { name: 'Change rating' }).click();
      await frame.getByRole('radio', { name: '2 of 5' }).focus();
      await page.keyboard.press('ArrowRight');
      await frame.getByRole('button', { name: 'Send rating' }).click();
      await frame.getByText('Thank you for your rating!').waitFor();
      const { rating } = await owner.call<{ rating: object | null }>('GET', `/conversations/${id}`);
      expect(rating).toMatchObject({ score: 3, comment: 'Slow' });
      await frame.getByRole('button', { name: 'Start a new conversation' }).click();
      await expect.poll(() => frame.getByText('Nearly done').count()).toBe(0);
    }));

  it('sends files, shows pictures in place, and tells what it does not take', () =>
    visit({}, async (page) => {
      const frame = await openChat(page);
      await say(frame, 'I have pictures');
      const id = await owner.findConversation('I have pictures');
      const picker = frame.locator('input[type=file]');
      await picker.setInputFiles([
        { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<p>') },
        { name: 'cup.png', mimeType: 'image/png', buffer: png },
        { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Darjeeling') },
      ]);
      await frame.getByRole('alert').getByText('“page.html” cannot be sent.').waitFor();
      await isClean(page);
      await say(frame, 'See these');
      await frame.getByRole('img', { name: 'cup.png' }).waitFor();
      expect(
        await frame.getByRole('img', { name: 'cup.png' }).evaluate(async (image: HTMLImageElement) => {
          await image.decode();
          return image.naturalWidth;
        }),
      ).toBe(1);
      await frame.getByRole('link', { name: /notes\.txt/ }).waitFor();
      await isClean(page);
      const { items } = await owner.call<{ items: { content: string; attachments: { name: string }[] }[] }>(
        'GET',
        `/conversations/${id}/messages`,
      );
      expect(items.at(-1)).toMatchObject({
        content: 'See these',
        attachments: [{ name: 'cup.png' }, { name: 'notes.txt' }],
      });
    }));

  it('shows a change of colour and welcome in the preview at once, and on the page at its next load', async () => {
    const { publicKey, id } = await owner.createWidget({ welcomeMessage: 'Old welcome', color: '#0f766e' });
    const pages = await serveTestPages({ widgetOrigin: world.server.origin, publicKey });
    const agent = await world.agent();
    const visitor = await world.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    const page = await visitor.newPage();
    const accent = (frame: Frame) =>
      frame.evaluate(() => document.documentElement.style.getPropertyValue('--accent').trim());
    await page.goto(`${pages.origin}/plain.html`);
    const before = await openChat(page);
    await before.getByText('Old welcome').waitFor();
    expect(await accent(before)).toBe('#0f766e');

    await agent.page.goto(`${world.server.origin}/c/${owner.clientId}/widgets/${id}`);
    const preview = agent.page.frameLocator('iframe');
    await preview.getByText('Old welcome').waitFor();
    await agent.page.getByRole('tab', { name: 'Texts' }).click();
    await agent.page.getByLabel('Welcome message').fill('New welcome');
    await preview.getByText('New welcome').waitFor();
    await agent.page.getByRole('tab', { name: 'Look' }).click();
    await agent.page.getByRole('textbox', { name: 'Colour' }).fill('#9d174d');
    await agent.page.getByRole('textbox', { name: 'Colour' }).press('Tab');
    const previewFrame = agent.page.frames().find((one) => one.url().includes('preview')) as Frame;
    await expect.poll(() => accent(previewFrame)).toBe('#9d174d');
    await agent.page.getByRole('button', { name: 'Save changes' }).click();
    await expect.poll(async () => (await owner.call<{ color: string }>('GET', `/widgets/${id}`)).color).toBe('#9d174d');

    await page.reload();
    const after = await openChat(page);
    await after.getByText('New welcome').waitFor();
    expect(await accent(after)).toBe('#9d174d');
    await visitor.close();
    await agent.context.close();
    await pages.close();
  });
});
