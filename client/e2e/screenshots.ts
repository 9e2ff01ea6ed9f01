import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { projectPath } from '../../server/lib/paths.ts';
import { startBuiltServer } from '../../server/testing/built-server.ts';
import { chromiumPath, launchBrowser, noBrowser } from './browser.ts';
import { openChat, say } from './frame.ts';

/** Draws the main screens of the built server into `docs/images/`, so that the pictures show what is there. */
async function draw(): Promise<void> {
  if (chromiumPath === undefined) throw new Error(noBrowser);
  const folder = projectPath('docs', 'images');
  mkdirSync(folder, { recursive: true });
  const server = await startBuiltServer({ environment: { STORAGE: 'memory' } });
  const browser = await launchBrowser();
  const shot = async (page: Page, name: string) => {
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: `${folder}/${name}.png` });
    process.stdout.write(`docs/images/${name}.png\n`);
  };
  try {
    const visitor = await open(browser, { width: 1280, height: 800 });
    await visitor.goto(`${server.origin}/demo`);
    const frame = await openChat(visitor);
    await say(frame, 'How do I put the widget on my site?');
    await frame.getByText('Questions and answers').click();
    await shot(visitor, 'widget');
    await say(frame, 'Is the city bike in stock in size M?');
    await frame.getByRole('button', { name: 'A person, please' }).click();

    const agent = await open(browser, { width: 1280, height: 800 });
    await signIn(agent, server.origin);
    await agent
      .getByRole('link', { name: /Visitor/ })
      .first()
      .click();
    await agent
      .getByLabel('Your answer')
      .fill('Yes, **two of them**, in green and in sand. Shall I put one aside for you?');
    await agent.getByLabel('Your answer').press('Enter');
    await frame.getByText('two of them').waitFor();
    await say(frame, 'Please do. I can come by on Saturday.');
    await agent.getByRole('article').getByText('I can come by on Saturday.').waitFor();
    await shot(agent, 'inbox');

    await agent.getByRole('link', { name: 'Widgets' }).click();
    await agent.getByRole('heading', { name: 'Widgets', level: 1 }).waitFor();
    await shot(agent, 'widgets');
    await agent.getByRole('link', { name: /Demo/ }).first().click();
    await agent.waitForURL(/\/widgets\/.+/);
    await agent.frameLocator('iframe').locator('textarea').waitFor();
    await shot(agent, 'widget-editor');

    const dark = await open(browser, { width: 390, height: 844 }, 'dark');
    await signIn(dark, server.origin);
    await shot(dark, 'inbox-phone-dark');
    const phone = await open(browser, { width: 390, height: 844 });
    await phone.goto(`${server.origin}/demo`);
    await openChat(phone);
    await shot(phone, 'widget-phone');
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function open(
  browser: Browser,
  viewport: { width: number; height: number },
  colorScheme: 'light' | 'dark' = 'light',
): Promise<Page> {
  const context = await browser.newContext({
    viewport,
    colorScheme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  return context.newPage();
}

async function signIn(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/inbox`);
  await page.getByLabel('Email').fill('demo@confab.local');
  await page.getByLabel('Password', { exact: true }).fill('demo-demo-demo');
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Conversations' }).waitFor();
}

draw().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
