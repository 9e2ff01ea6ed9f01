import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveTestPages } from '../widget/test-pages/serve.ts';
import { axeFindings, chromiumPath } from './browser.ts';
import { openChat, say } from './frame.ts';
import { type Owner, signInAsOwner } from './owner.ts';
import { openWorld, peopleOnly, type World } from './world.ts';

type Side = Awaited<ReturnType<World['agent']>>;

describe.runIf(chromiumPath)('the inbox, in a browser', () => {
  let world: World;
  let owner: Owner;
  let agent: Side;
  beforeAll(async () => {
    world = await openWorld(peopleOnly);
    owner = await signInAsOwner(world.server.origin);
  });
  afterAll(() => world?.close());
  beforeEach(async () => {
    agent = await world.agent();
  });
  afterEach(() => agent?.context.close());

  /** A visitor of a widget of their own, who has told a name and written. */
  async function visitorCalled(name: string, words: string): Promise<Side> {
    const fields = [{ name: 'name', label: 'Your name', type: 'text', required: true, options: [] }];
    const widget = await owner.createWidget({ preChat: { enabled: true, fields } });
    const pages = await serveTestPages({ widgetOrigin: world.server.origin, publicKey: widget.publicKey });
    const context = await world.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    const page = await context.newPage();
    context.on('close', () => void pages.close());
    await page.goto(`${pages.origin}/plain.html`);
    const frame = await openChat(page, 'form.pre-chat');
    await frame.getByLabel('Your name').fill(name);
    await frame.getByLabel('Your name').press('Enter');
    await say(frame, words);
    await frame.getByText(words).waitFor();
    return { context, page };
  }

  it('calls a conversation by the visitor’s name from its first message on, and after it was read anew', async () => {
    const visitor = await visitorCalled('Zoë Tester', 'Is the kettle back?');
    const row = agent.page.getByRole('link', { name: /Zoë Tester.*Is the kettle back\?/ });
    await row.waitFor();
    await agent.page.reload();
    await row.click();
    await agent.page.getByRole('heading', { name: 'Zoë Tester' }).waitFor();
    await visitor.context.close();
  });

  it('filters what is loaded while one types, and searches everywhere on Enter', async () => {
    const visitor = await visitorCalled('Björn Finder', 'The handle is loose');
    const { page } = agent;
    const id = await owner.findConversation('The handle is loose');
    await owner.answer(id, 'We send a new one');
    const rows = page.getByRole('region', { name: 'List' }).getByRole('link');
    await page.locator('body').press('/');
    await page.keyboard.type('bjorn');
    await page.getByText('1 conversation of this list fits.').waitFor({ state: 'attached' });
    expect(await rows.count()).toBe(1);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('searchbox').fill('loose handle');
    await page.getByText('Not in this list').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: /Björn Finder.*The handle is loose/ }).click();
    await page.getByRole('region', { name: 'Messages' }).getByText('The handle is loose').waitFor();
    await page.getByRole('searchbox').press('Escape');
    await page.waitForFunction(() => document.querySelectorAll('section[aria-label="List"] a').length > 1);
    await visitor.context.close();
  });

  it('jumps far up a long thread without reading all of it, and goes on from there in both directions', async () => {
    const visitor = await visitorCalled('Long Story', 'It began with a teapot');
    const id = await owner.findConversation('It began with a teapot');
    for (let n = 2; n <= 320; n += 11) {
      await Promise.all(Array.from({ length: 11 }, (_, more) => owner.answer(id, `Chapter ${n + more}.`)));
    }
    const { page } = agent;
    const clientId = new URL(page.url()).pathname.split('/')[2];
    const requests: string[] = [];
    page.on('request', (request) => request.url().includes(`${id}/messages`) && requests.push(request.url()));
    await page.goto(`${world.server.origin}/c/${clientId}/inbox/${id}#m40`);
    const messages = page.getByRole('region', { name: 'Messages' });
    const inView = (n: number) =>
      page.waitForFunction((sequence) => {
        const box = document.querySelector(`#m${sequence}`)?.getBoundingClientRect();
        return box && box.top > 0 && box.bottom < innerHeight;
      }, n);
    await inView(40);
    expect(requests.length).toBeLessThanOrEqual(3);
    await messages.evaluate((element) => {
      element.scrollTop = 0;
    });
    await messages.getByText('It began with a teapot').waitFor();
    await messages.getByRole('button', { name: 'Load newer messages' }).click();
    await messages.getByText('Chapter 150.').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'To the newest' }).click();
    await inView(320);
    await owner.answer(id, 'The end.');
    await inView(321);
    await visitor.context.close();
  });

  it('turns the wizard’s check green when the tag is first seen on the owner’s site', async () => {
    const { page } = agent;
    const widget = await owner.createWidget({ name: 'Freshly pasted' });
    const clientId = new URL(page.url()).pathname.split('/')[2];
    await page.goto(`${world.server.origin}/c/${clientId}/widgets/${widget.id}/setup?step=tag`);
    await page.getByText('Waiting for the first visit').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    const pages = await serveTestPages({ widgetOrigin: world.server.origin, publicKey: widget.publicKey });
    const { context, page: site } = await world.visitor();
    await site.goto(`${pages.origin}/plain.html`);
    await page.getByText('It works: the tag was seen').waitFor();
    await page.getByText(pages.origin).waitFor();
    await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
    expect(await axeFindings(page)).toEqual([]);
    await context.close();
    await pages.close();
  });
});
