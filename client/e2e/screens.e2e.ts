import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, chromiumPath } from './browser.ts';
import { openChat, say } from './frame.ts';
import { type Owner, signInAsOwner } from './owner.ts';
import { openWorld, type World } from './world.ts';

/** Screens of people who are signed in, below the client's address; `{widget}` and the like are filled in. */
const screens = [
  'inbox',
  'inbox?view=snoozed',
  'inbox/{conversation}',
  'inbox/00000000-0000-4000-8000-000000000000',
  'widgets',
  'widgets/new',
  'widgets/{widget}/setup',
  'widgets/{widget}/setup?step=sites',
  'widgets/{widget}/setup?step=tag',
  ...['look', 'texts', 'hours', 'pre-chat', 'assistant', 'webhook', 'sites', 'danger'].map(
    (tab) => `widgets/{widget}?tab=${tab}`,
  ),
  'knowledge',
  'knowledge/{document}',
  'knowledge/playground',
  'knowledge/playground?q=How+do+I+start',
  'knowledge/new/text',
  'knowledge/new/qa',
  'answers',
  'answers?tab=unanswered',
  'answers?tab=all',
  'answers/{conversation}/{document}/1',
  'settings',
  'settings/members',
  'settings/canned-replies',
  'settings/model',
  'settings/api-keys',
  'settings/webhooks',
  'settings/webhooks/{webhook}',
  'settings/webhooks/00000000-0000-4000-8000-000000000000',
  'settings/privacy',
  'settings/audit',
  'nowhere',
];
const publicScreens = ['/sign-in', '/sign-up', '/invite', '/nowhere'];

const looks: [title: string, options: BrowserContextOptions][] = [
  ['light, on a desk', {}],
  ['dark, on a narrow phone', { viewport: { width: 360, height: 740 }, colorScheme: 'dark', hasTouch: true }],
];

describe.runIf(chromiumPath)('every screen of the dashboard', () => {
  let world: World;
  let owner: Owner;
  let ids: Record<string, string>;
  beforeAll(async () => {
    world = await openWorld();
    owner = await signInAsOwner(world.server.origin);
    const { items } = await owner.call<{ items: { id: string }[] }>('GET', '/conversations');
    const pairs = [{ question: 'How do I start?', answer: 'With one tag.' }];
    const input = { kind: 'qa', name: 'Beginnings', pairs };
    const document = await owner.call<{ id: string }>('POST', '/knowledge/documents', input);
    const hook = { url: 'http://127.0.0.1:9/hook', description: 'Orders', events: ['message.created'] };
    const { webhook } = await owner.call<{ webhook: { id: string } }>('POST', '/webhooks', hook);
    await owner.call('POST', `/webhooks/${webhook.id}/test`);
    const widget = (await owner.createWidget()).id;
    ids = { widget, conversation: items[0]!.id, document: document.id, webhook: webhook.id };
  });
  afterAll(() => world?.close());

  /** What is wrong with the screen at an address. */
  async function faultsAt(page: Page, address: string): Promise<string[]> {
    await page.goto(world.server.origin + address);
    await page.getByRole('main').first().waitFor();
    await page.waitForLoadState('networkidle');
    await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
    const excess = await page.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return { wide: scrollWidth - innerWidth, high: scrollHeight - innerHeight };
    });
    // Signed in, what is longer than the window scrolls within it.
    const isHigh = excess.high > 0 && address.startsWith('/c/');
    return [
      ...(await axeFindings(page)),
      ...(excess.wide > 0 ? [`${address} is ${excess.wide} px too wide`] : []),
      ...(isHigh ? [`${address} is ${excess.high} px too high`] : []),
    ];
  }

  it.each(looks)(
    'is accessible and fits the window: %s',
    async (_title, options) => {
      const { context, page } = await world.agent(options);
      const errors: string[] = [];
      reportTo(errors, page);
      const found: string[] = [];
      for (const screen of screens) {
        const path = screen.replace(/\{(\w+)\}/, (_, name) => ids[name] as string);
        found.push(...(await faultsAt(page, `/c/${owner.clientId}/${path}`)));
      }
      found.push(...(await faultsAt(page, '/account')), ...(await faultsAt(page, '/clients/new')));
      await context.close();
      const stranger = await world.browser.newContext({ locale: 'en-GB', ...options });
      const door = await stranger.newPage();
      reportTo(errors, door);
      for (const path of publicScreens) found.push(...(await faultsAt(door, path)));
      await stranger.close();
      expect([...found, ...errors]).toEqual([]);
    },
    180_000,
  );

  it('the page of a site and the chat on it keep to policies as strict as the dashboard’s', async () => {
    const context = await world.browser.newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    const errors: string[] = [];
    reportTo(errors, page);
    await page.goto(`${world.server.origin}/demo`);
    const chat = await openChat(page);
    await say(chat, 'How do I start?');
    await chat.getByText('How do I start?').first().waitFor();
    await page.waitForLoadState('networkidle');
    await context.close();
    expect(errors).toEqual([]);
  });
});

/** What a page throws, and what its policy has kept it from doing. */
function reportTo(errors: string[], page: Page): void {
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    const text = message.text();
    if (/content security policy|trusted ?(type|script|html)/i.test(text)) errors.push(text);
  });
}
