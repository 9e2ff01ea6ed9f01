import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stepAt, totpCode } from '../../server/lib/totp.ts';
import { axeFindings, chromiumPath } from './browser.ts';
import { openWorld, peopleOnly, type World } from './world.ts';

const email = 'ann@shop.example';
const firstPassword = 'seven grey herons';
const secondPassword = 'eight grey herons';
const thirdPassword = 'nine grey herons';

/** The key that a person would type into the app, as bytes. */
function keyOf(text: string): Buffer {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const eights = bits.join('').match(/.{8}/g) ?? [];
  return Buffer.from(eights.map((eight) => Number.parseInt(eight, 2)));
}

describe.runIf(chromiumPath)('an account', () => {
  let world: World;
  /** What axe, the pages and their policies complain about. */
  let faults: string[];
  const contexts: BrowserContext[] = [];
  beforeAll(async () => {
    world = await openWorld(peopleOnly);
  });
  afterAll(() => world?.close());

  /** A browser of its own, at an address. */
  async function browserAt(path: string): Promise<Page> {
    const context = await world.browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
    contexts.push(context);
    const page = await context.newPage();
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (message) => {
      if (/content security policy|trusted ?(type|script|html)/i.test(message.text())) faults.push(message.text());
    });
    await page.goto(world.server.origin + path);
    return page;
  }

  async function look(page: Page): Promise<void> {
    await page.waitForLoadState('networkidle');
    await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
    faults.push(...(await axeFindings(page)));
  }

  const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
  const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

  async function signIn(page: Page, password: string): Promise<void> {
    await field(page, 'Email address').fill(email);
    await field(page, 'Password').fill(password);
    await page.keyboard.press('Enter');
  }

  const isOnAccount = (page: Page) => page.getByRole('heading', { name: 'Your account' }).waitFor();

  it('is made, guarded with a second factor, used with a code and a recovery code, and given a new password by a link', async () => {
    faults = [];
    const page = await browserAt('/sign-up?next=%2Faccount');
    await field(page, 'Your name').fill('Ann Heron');
    await field(page, 'Email address').fill(email);
    await field(page, 'Password').fill('qwertyuiop');
    await press(page, 'Create account');
    await page.getByText('one of the most used passwords').waitFor();
    await look(page);
    await field(page, 'Password').fill(firstPassword);
    await press(page, 'Create account');
    await isOnAccount(page);
    await look(page);

    // A second factor: the key that the app takes, then a code of it.
    const setUp = page.locator('form').filter({ has: page.getByRole('button', { name: 'Set up' }) });
    await setUp.getByLabel('Your password', { exact: true }).fill(firstPassword);
    await setUp.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('img', { name: 'The key as a QR code' }).waitFor();
    await look(page);
    const key = keyOf((await page.locator('figure', { hasText: 'Key' }).locator('pre').innerText()).trim());
    const step = stepAt(new Date());
    await field(page, 'Code').fill(totpCode(key, step));
    await press(page, 'Turn it on');
    await page.getByText('Keep these recovery codes').waitFor();
    const recoveryCodes = await page.locator('ul.font-mono li').allInnerTexts();
    expect(recoveryCodes).toHaveLength(10);
    await look(page);

    // Elsewhere: a password alone is not enough; the next code of the app is, and a recovery code is once.
    const withCode = await browserAt('/sign-in?next=%2Faccount');
    await signIn(withCode, firstPassword);
    const codeField = field(withCode, 'Code of your authenticator app');
    await codeField.waitFor();
    await look(withCode);
    await codeField.fill(totpCode(key, step + 1));
    await withCode.keyboard.press('Enter');
    await isOnAccount(withCode);

    const withRecovery = await browserAt('/sign-in?next=%2Faccount');
    await signIn(withRecovery, firstPassword);
    await field(withRecovery, 'Code of your authenticator app').fill(recoveryCodes[0]!);
    await withRecovery.keyboard.press('Enter');
    await isOnAccount(withRecovery);
    await withRecovery.getByText('Recovery codes left: 9.').waitFor();

    // Three browsers are signed in; one of them signs the others out.
    await page.reload();
    const sessions = page.getByRole('button', { name: /^Sign out / });
    await page.getByRole('button', { name: 'Sign out everywhere else' }).waitFor();
    await expect.poll(() => sessions.count()).toBeGreaterThanOrEqual(2);
    await look(page);
    await press(page, 'Sign out everywhere else');
    await page.getByText('You are signed out everywhere else.').waitFor();
    for (const other of [withCode, withRecovery]) {
      await other.goto(`${world.server.origin}/account`);
      await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    }

    // A new password, with the old one.
    await field(page, 'Current password').fill(firstPassword);
    await field(page, 'New password').fill(secondPassword);
    await press(page, 'Change password');
    await page.getByText('Your password is changed. Other browsers are signed out.').waitFor();
    await look(page);

    // And one without it, by the link that the operator finds in the log. The second factor stays.
    const forgetful = await browserAt('/forgot-password');
    await look(forgetful);
    await field(forgetful, 'Email address').fill(email);
    await press(forgetful, 'Send the link');
    await forgetful.getByText('If there is an account for this address').waitFor();
    await look(forgetful);
    await expect.poll(() => world.server.output()).toMatch(/reset-password#[\w-]{43}/);
    const [link] = /\/reset-password#[\w-]{43}/.exec(world.server.output())!;
    await forgetful.goto(world.server.origin + link);
    await field(forgetful, 'New password').fill(thirdPassword);
    await look(forgetful);
    await press(forgetful, 'Change password');
    await forgetful.getByText('You are signed out everywhere.').waitFor();
    await look(forgetful);
    await forgetful.goto(`${world.server.origin}/sign-in?next=%2Faccount`);
    await signIn(forgetful, thirdPassword);
    await field(forgetful, 'Code of your authenticator app').fill(recoveryCodes[1]!);
    await forgetful.keyboard.press('Enter');
    await isOnAccount(forgetful);
    await page.goto(`${world.server.origin}/account`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();

    for (const context of contexts) await context.close();
    expect(faults).toEqual([]);
  }, 180_000);
});
