import { createHmac } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveTestPages, type TestPages } from '../widget/test-pages/serve.ts';
import { chromiumPath } from './browser.ts';
import { openChat, say } from './frame.ts';
import { type Owner, signInAsOwner } from './owner.ts';
import { openWorld, peopleOnly, type World } from './world.ts';

/** As a site's server makes it. */
function identityToken(secret: string, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ exp: Math.floor(Date.now() / 1000) + 600, ...claims })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

describe.runIf(chromiumPath)('people and tabs', () => {
  let world: World;
  let owner: Owner;
  let pages: TestPages;
  let widgetId: string;
  let context: BrowserContext;

  beforeAll(async () => {
    world = await openWorld(peopleOnly);
    owner = await signInAsOwner(world.server.origin);
    const widget = await owner.createWidget();
    widgetId = widget.id;
    pages = await serveTestPages({ widgetOrigin: world.server.origin, publicKey: widget.publicKey });
  });
  afterAll(async () => {
    await pages?.close();
    await world?.close();
  });
  beforeEach(async () => {
    context = await world.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  });
  afterEach(() => context.close());

  const visit = async () => {
    const page = await context.newPage();
    await page.goto(`${pages.origin}/plain.html`);
    return page;
  };
  const tell = (page: Page, call: string, ...values: string[]) =>
    page.evaluate(
      ([name, given]) => (window as unknown as { Confab(...all: string[]): void }).Confab(name as string, ...given),
      [call, values] as const,
    );

  it('keeps two tabs in step, whichever of them is written in', async () => {
    const [one, two] = [await visit(), await visit()];
    await one.bringToFront();
    const first = await openChat(one);
    await say(first, 'From the first tab');
    const id = await owner.findConversation('From the first tab');
    await two.bringToFront();
    const second = await openChat(two);
    await second.getByText('From the first tab').waitFor();
    await say(second, 'From the second tab');
    await first.getByText('From the second tab').waitFor();
    await owner.answer(id, 'To both');
    await Promise.all([first.getByText('To both').waitFor(), second.getByText('To both').waitFor()]);
    for (const frame of [first, second]) {
      expect(await frame.locator('.bubble').allInnerTexts()).toEqual(
        expect.arrayContaining(['From the first tab', 'From the second tab', 'To both']),
      );
      expect(await frame.getByText('From the first tab').count()).toBe(1);
      expect(await frame.getByText('From the second tab').count()).toBe(1);
    }
  });

  it('shows whoever comes after a logout nothing of what was there', async () => {
    const page = await visit();
    const frame = await openChat(page);
    await say(frame, 'My card ends in 4242');
    await owner.findConversation('4242');
    await tell(page, 'logout');
    await expect.poll(() => frame.getByText('4242').count()).toBe(0);
    await page.reload();
    const next = await openChat(page);
    await say(next, 'I am somebody else');
    await owner.findConversation('I am somebody else');
    expect(await next.getByText('4242').count()).toBe(0);
  });

  it('keeps two signed-in people on one browser apart, and brings each their own back', async () => {
    const { secret } = await owner.call<{ secret: string }>('POST', `/widgets/${widgetId}/identity-secret`);
    const ann = identityToken(secret, { sub: 'ann', name: 'Ann' });
    const bob = identityToken(secret, { sub: 'bob', name: 'Bob' });
    const page = await visit();
    const frame = await openChat(page);
    await tell(page, 'identify', ann);
    await say(frame, 'A secret of Ann');
    const id = await owner.findConversation('A secret of Ann');
    const { visitor } = await owner.call<{ visitor: object }>('GET', `/conversations/${id}`);
    expect(visitor).toMatchObject({ externalId: 'ann', name: 'Ann' });

    await tell(page, 'identify', bob);
    await expect.poll(() => frame.getByText('A secret of Ann').count()).toBe(0);
    await say(frame, 'A secret of Bob');
    await owner.findConversation('A secret of Bob');
    expect(await frame.getByText('A secret of Ann').count()).toBe(0);

    await tell(page, 'logout');
    await expect.poll(() => frame.getByText('A secret of').count()).toBe(0);
    await tell(page, 'identify', ann);
    await frame.getByText('A secret of Ann').waitFor();
    expect(await frame.getByText('A secret of Bob').count()).toBe(0);
  });
});
