import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConversationView } from '../../shared/contracts/conversations.ts';
import { serveTestPages, type TestPages } from '../widget/test-pages/serve.ts';
import { axeFindings, chromiumPath } from './browser.ts';
import { chatFrame, openChat, say } from './frame.ts';
import { type Owner, signInAsOwner } from './owner.ts';
import { openWorld, peopleOnly, type World } from './world.ts';

describe.runIf(chromiumPath)('the widget on pages that are hard on it', () => {
  let world: World;
  let owner: Owner;
  let pages: TestPages;
  let context: BrowserContext;
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    world = await openWorld(peopleOnly);
    owner = await signInAsOwner(world.server.origin);
    const [first, second] = [await owner.createWidget(), await owner.createWidget({ name: 'Coffee shop' })];
    pages = await serveTestPages({
      widgetOrigin: world.server.origin,
      publicKey: first.publicKey,
      secondKey: second.publicKey,
    });
  });
  afterAll(async () => {
    await pages?.close();
    await world?.close();
  });
  beforeEach(async () => {
    context = await world.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    page = await context.newPage();
    errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
  });
  afterEach(() => context.close());

  const visit = (name: string) => page.goto(`${pages.origin}/${name}`);

  /** A word there and one back. */
  const chat = async (words: string, open = openChat) => {
    const frame = await open(page);
    await say(frame, words);
    await owner.answer(await owner.findConversation(words), `Heard: ${words}`);
    await frame.getByText(`Heard: ${words}`).waitFor();
    return frame;
  };

  it.each(['resets.html', 'cjk.html', 'overlay.html', 'rtl.html', 'inline.html'])('talks on %s', async (name) => {
    await visit(name);
    const frame = await chat(`Hello from ${name}`, name === 'inline.html' ? chatFrame : openChat);
    expect(await frame.evaluate(() => document.documentElement.dir)).toBe(name === 'rtl.html' ? 'rtl' : 'ltr');
    expect(await axeFindings(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  it.each(['plain.html', 'rtl.html'])('covers %s on a phone from edge to edge', async (name) => {
    await page.setViewportSize({ width: 390, height: 780 });
    await visit(name);
    const frame = await openChat(page);
    const box = await (await frame.frameElement()).boundingBox();
    expect(box).toEqual({ x: 0, y: 0, width: 390, height: 780 });
  });

  it('talks under a strict policy with a nonce, and breaks it with nothing but the look at its settings', async () => {
    await visit('strict-csp.html');
    await chat('Hello from a strict page');
    const violations = await page.evaluate(() => (window as unknown as { violations: string[] }).violations);
    expect([...new Set(violations)].filter((directive) => directive !== 'connect-src')).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('talks where Trusted Types let no text become markup', async () => {
    await visit('trusted-types.html');
    await chat('Hello from a trusting page');
    expect(errors).toEqual([]);
  });

  it('keeps its shape under a style sheet that is out to spoil it', async () => {
    await visit('hostile.html');
    const frame = await chat('Hello from a hostile page');
    const width = await frame.evaluate(() => [innerWidth, innerHeight]);
    expect(width[0]).toBeGreaterThan(300);
    expect(width[1]).toBeGreaterThan(400);
  });

  it('goes on when the page swaps its body, once', async () => {
    await visit('spa.html');
    const frame = await chat('Hello from the first page');
    await page.locator('#go').click();
    await page.getByRole('heading', { name: '/visited' }).waitFor();
    await say(frame, 'Still here');
    await owner.findConversation('Still here');
    expect(await page.locator('confab-widget').count()).toBe(1);
    expect(page.frames().filter((one) => one.url().includes('/frame/'))).toHaveLength(1);
  });

  it('stands beside another widget, each with its own chat', async () => {
    await visit('two.html');
    await page.waitForLoadState('networkidle');
    expect(await page.locator('confab-widget').count()).toBe(2);
    const first = await openChat(page);
    await say(first, 'For one shop only');
    await owner.findConversation('For one shop only');
    await page.keyboard.press('Escape');
    await page.mouse.click(1280 - 48, 800 - 48 - 68);
    await expect.poll(() => page.frames().filter((one) => one.url().includes('/frame/')).length).toBe(2);
    const second = page.frames().find((one) => one.url().includes('/frame/') && one !== first);
    await second?.locator('textarea').waitFor();
    expect(await second?.getByText('For one shop only').count()).toBe(0);
  });

  it('does what the page’s script asks, from before it was there to the end, and tells what happens', async () => {
    type Api = Record<string, (...given: unknown[]) => void>;
    const confab = (name: string, ...given: unknown[]) =>
      page.evaluate(([call, said]) => (window as unknown as { Confab: Api }).Confab[call]!(...said), [
        name,
        given,
      ] as const);
    type Told = [name: string, detail: unknown];
    const seen = (name: string) =>
      page.waitForFunction((wanted) => {
        const told = (window as unknown as { seen: Told[] }).seen.find(([one]) => one === wanted);
        return told && (told[1] ?? 'nothing');
      }, name);
    const launcher = () => page.locator('confab-widget').count();
    await visit('api.html');
    const frame = await chatFrame(page);
    await seen('open');
    await confab('sendMessage', 'Sent by the page');
    await frame.getByText('Sent by the page').waitFor();
    const told = await (await seen('message')).jsonValue();
    expect(told).toMatchObject({ role: 'user', content: 'Sent by the page' });
    await confab('close');
    await owner.answer(await owner.findConversation('Sent by the page'), 'Answered unseen');
    expect(await (await seen('unread')).jsonValue()).toEqual({ count: 1 });
    await confab('toggle');
    await frame.getByText('Answered unseen').waitFor();
    await confab('hide');
    await frame.locator('textarea').waitFor({ state: 'hidden' });
    await confab('show');
    await frame.locator('textarea').waitFor();
    await confab('destroy');
    expect(await launcher()).toBe(0);
    expect(errors).toEqual(['an error of the page']);
  });

  it('tells agents what the page says of itself, and drops what is no use without losing the message', async () => {
    const setContext = (facts: object) =>
      page.evaluate(
        (said) => (window as unknown as { Confab(...call: unknown[]): void }).Confab('setContext', said),
        facts,
      );
    const contextOf = async (words: string) => {
      const id = await owner.findConversation(words);
      return (await owner.call<ConversationView>('GET', `/conversations/${id}`)).metadata;
    };
    await visit('plain.html');
    await setContext({ plan: 'pro', cart: { items: 2 } });
    const frame = await chat('Hello with a context');
    await say(frame, 'And the same again');
    expect(await contextOf('And the same again')).toEqual({ context: { plan: 'pro', cart: { items: 2 } } });
    await setContext({ plan: 'free' });
    await chat('Now on another plan', chatFrame);
    expect((await contextOf('Heard: Now on another plan')).context).toEqual({ plan: 'free' });
    await setContext({ plan: 'x'.repeat(4000) });
    await chat('Far too much', chatFrame);
    expect((await contextOf('Heard: Far too much')).context).toEqual({ plan: 'free' });
  });

  it('goes on in memory where the browser blocks storage, and says so', async () => {
    await context.addInitScript(() => {
      for (const name of ['localStorage', 'indexedDB']) {
        Object.defineProperty(window, name, {
          get() {
            throw new DOMException('Access is denied for this document.', 'SecurityError');
          },
        });
      }
    });
    await visit('plain.html');
    const frame = await chat('Hello without storage');
    await frame.getByText('Your browser keeps nothing for this chat').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('falls back to polling where WebSocket does not get through', async () => {
    const transports = new Set<string | null>();
    await context.routeWebSocket(/socket\.io/, (socket) => socket.close());
    page.on('request', (request) => {
      if (request.url().includes('/socket.io/')) transports.add(new URL(request.url()).searchParams.get('transport'));
    });
    await visit('plain.html');
    await chat('Hello by polling');
    await expect.poll(() => transports.has('polling')).toBe(true);
  });
});
