import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type BuiltServer, startBuiltServer } from '../../server/testing/built-server.ts';
import { createTestDatabase } from '../../server/testing/postgres.ts';
import { launchBrowser } from './browser.ts';

/** The built server on a Postgres of its own, with the demo client in it, and a browser beside it. */
export interface World {
  server: BuiltServer;
  browser: Browser;
  /** A visitor on the demo page: a profile of their own. */
  visitor(options?: Parameters<Browser['newContext']>[0]): Promise<{ context: BrowserContext; page: Page }>;
  /** The demo client's owner, signed in, at the inbox. */
  agent(options?: Parameters<Browser['newContext']>[0]): Promise<{ context: BrowserContext; page: Page }>;
  close(): Promise<void>;
}

/** For what happens between people: nobody works on jobs, so the assistant is silent. */
export const peopleOnly = { JOBS: 'off' };

/** `environment`: on top of what a server needs to run. */
export async function openWorld(environment: Record<string, string> = {}): Promise<World> {
  const database = await createTestDatabase();
  const server = await startBuiltServer({ environment: { DATABASE_URL: database.url, ...environment } });
  const browser = await launchBrowser();
  const size = { viewport: { width: 1280, height: 800 }, locale: 'en-GB', timezoneId: 'UTC' };
  return {
    server,
    browser,
    async visitor(options = {}) {
      const context = await browser.newContext({ ...size, ...options });
      const page = await context.newPage();
      await page.goto(`${server.origin}/demo`);
      return { context, page };
    },
    async agent(options = {}) {
      const context = await browser.newContext({ ...size, ...options });
      const page = await context.newPage();
      await page.goto(`${server.origin}/inbox`);
      await page.getByLabel('Email').fill('demo@confab.local');
      await page.getByLabel('Password', { exact: true }).fill('demo-demo-demo');
      await page.keyboard.press('Enter');
      await page.getByRole('region', { name: 'Conversations' }).waitFor();
      return { context, page };
    },
    async close() {
      await browser.close();
      await server.stop();
      await database.drop();
    },
  };
}
