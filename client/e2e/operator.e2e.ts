import type { BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, chromiumPath } from './browser.ts';
import { openWorld, type World } from './world.ts';

const token = 'the-token-of-an-operator-in-a-browser';

const looks: [title: string, options: BrowserContextOptions][] = [
  ['light, on a desk', { viewport: { width: 1280, height: 800 } }],
  ['dark, on a narrow phone', { viewport: { width: 360, height: 740 }, colorScheme: 'dark', hasTouch: true }],
];

describe.runIf(chromiumPath)('the operator’s page', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ OPERATOR_TOKEN: token });
  });
  afterAll(() => world?.close());

  it.each(looks)(
    'is opened with the token by keyboard, accessible and as wide as the window: %s',
    async (_title, options) => {
      const context = await world.browser.newContext({ locale: 'en-GB', ...options });
      const page = await context.newPage();
      const errors: string[] = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      page.on('console', (message) => {
        if (/content security policy/i.test(message.text())) errors.push(message.text());
      });
      const faults = async () => {
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        return [...(await axeFindings(page)), ...(excess > 0 ? [`${page.url()} is ${excess} px too wide`] : [])];
      };
      await page.goto(`${world.server.origin}/operator`);
      const found = await faults();
      await page.keyboard.press('Tab');
      await page.keyboard.type('a token that is wrong, and as long as one that is right');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      found.push(...(await faults()));
      await page.getByLabel('Operator’s token').fill(token);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'How this server stands' }).waitFor();
      found.push(...(await faults()));
      expect(page.url()).toBe(`${world.server.origin}/operator`);
      await page.getByRole('heading', { name: /^Well WebSocket through the public address$/ }).waitFor();
      await page.getByRole('heading', { name: /Database version$/ }).waitFor();
      await page.getByRole('button', { name: 'Check again' }).press('Enter');
      await page.getByRole('heading', { level: 1, name: 'How this server stands' }).waitFor();
      await page.getByRole('button', { name: 'Leave' }).press('Enter');
      await page.getByLabel('Operator’s token').waitFor();
      await context.close();
      expect([...found, ...errors]).toEqual([]);
    },
    60_000,
  );
});
