import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, chromiumPath } from './browser.ts';
import { openChat, say } from './frame.ts';
import { openWorld, peopleOnly, type World } from './world.ts';

/** Sends a request with the page's session; its answer. */
function request(page: Page, path: string, body: object): Promise<Record<string, string>> {
  return page.evaluate(
    async ([to, sent]) => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch(to as string, { method: 'POST', headers, body: JSON.stringify(sent) })).json();
    },
    [path, body] as const,
  );
}

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe.runIf(chromiumPath)('agents at one conversation, in a browser', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(peopleOnly);
  });
  afterAll(() => world?.close());

  /** Another member of the demo client, who has taken an invitation, at the given address. */
  async function colleague(owner: Page, name: string): Promise<Page> {
    const clientId = new URL(owner.url()).pathname.split('/')[2];
    const email = `${name.toLowerCase()}@confab.local`;
    const { link } = await request(owner, `/api/clients/${clientId}/invitations`, { email, role: 'agent' });
    const page = await (await world.browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await page.goto(new URL(new URL(link as string).pathname + new URL(link as string).hash, owner.url()).href);
    await page.getByLabel(/name/i).first().fill(name);
    await page.getByLabel('Password', { exact: true }).fill('a long enough password');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Conversations' }).waitFor();
    await page.goto(owner.url());
    await page.getByLabel('Your answer').waitFor();
    return page;
  }

  it('shows who else looks and writes, and keeps notes among agents, which only their author may delete', async () => {
    const visitor = await world.visitor();
    const frame = await openChat(visitor.page);
    await say(frame, 'My saddle squeaks');
    const { page: owner, context } = await world.agent();
    await owner.getByRole('link', { name: /My saddle squeaks/ }).click();
    await owner.getByLabel('Your answer').waitFor();

    const ann = await colleague(owner, 'Ann');
    await owner.getByText('Ann is looking').waitFor();
    await ann.getByLabel('Your answer').pressSequentially('Oil');
    await owner.getByText('Ann is writing').waitFor();

    await owner.locator('body').press('n');
    await owner.getByLabel('Your note').fill('Third time this year');
    await owner.keyboard.press('Enter');
    await ann.getByText('Third time this year').waitFor();
    expect(await ann.getByRole('button', { name: 'Delete the note' }).count()).toBe(0);
    expect(await axeFindings(owner)).toEqual([]);
    await owner.getByRole('button', { name: 'Delete the note' }).click();
    await owner.getByRole('alertdialog').getByRole('button', { name: 'Delete the note' }).click();
    await ann.getByText('Third time this year').waitFor({ state: 'detached' });
    expect(await frame.getByText('Third time this year').count()).toBe(0);

    await ann.context().close();
    await owner.getByText('Ann is looking').waitFor({ state: 'detached' });
    await context.close();
    await visitor.context.close();
  });

  it('lets a canned reply made in the settings be inserted by its shortcut', async () => {
    const visitor = await world.visitor();
    const frame = await openChat(visitor.page);
    await say(frame, 'When do you open?');
    const { page: owner, context } = await world.agent();
    await owner.getByRole('link', { name: 'Settings' }).click();
    await owner.getByRole('link', { name: 'Canned replies' }).click();
    await owner.getByRole('button', { name: 'New reply' }).click();
    await owner.getByLabel('Shortcut').fill('/hours');
    await owner.getByLabel('Title').fill('Opening hours');
    await owner.getByLabel('Text').fill('From nine to six.');
    await owner.getByRole('button', { name: 'Make the reply' }).click();
    await owner.getByText('/hours', { exact: true }).waitFor();
    expect(await axeFindings(owner)).toEqual([]);

    await owner.getByRole('link', { name: 'Inbox' }).click();
    await owner.getByRole('link', { name: /When do you open/ }).click();
    await owner.getByLabel('Your answer').pressSequentially('Hello! /ho');
    await owner.getByRole('option', { name: /Opening hours/ }).waitFor();
    await owner.keyboard.press('Enter');
    expect(await owner.getByLabel('Your answer').inputValue()).toBe('Hello! From nine to six.');
    await owner.keyboard.press('Enter');
    await frame.getByText('From nine to six.').waitFor();
    await context.close();
    await visitor.context.close();
  });

  it('shows the rating of a closed conversation as the visitor gives it', async () => {
    const visitor = await world.visitor();
    const frame = await openChat(visitor.page);
    await say(frame, 'Thanks for the bell');
    const { page: owner, context } = await world.agent();
    await owner.getByRole('link', { name: /Thanks for the bell/ }).click();
    await owner.getByRole('button', { name: 'Close', exact: true }).click();
    await frame.locator('form.rating label').nth(3).click();
    await frame.locator('form.rating textarea').fill('Quick and friendly');
    await frame.locator('form.rating button[type=submit]').click();
    await owner.getByText('rated this conversation').waitFor();
    expect(await owner.getByRole('img', { name: '4 of 5 stars' }).count()).toBeGreaterThan(0);
    await context.close();
    await visitor.context.close();
  });

  it('sends files with an answer, tries a failed upload again, and opens what the visitor sends', async () => {
    const visitor = await world.visitor();
    const frame = await openChat(visitor.page);
    await say(frame, 'The chain fell off');
    const { page: owner, context } = await world.agent();
    await owner.getByRole('link', { name: /The chain fell off/ }).click();
    await owner.getByLabel('Your answer').waitFor();

    const uploads = /\/attachments\?name=/;
    await owner.route(uploads, (route) => route.abort());
    const files = [
      { name: 'chain.png', mimeType: 'image/png', buffer: png },
      { name: 'manual.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 Chains') },
    ];
    await owner.locator('input[type=file]').setInputFiles(files);
    await owner.getByRole('button', { name: 'Try again: manual.pdf' }).waitFor();
    expect(await axeFindings(owner)).toEqual([]);
    await owner.unroute(uploads);
    for (const { name } of files) await owner.getByRole('button', { name: `Try again: ${name}` }).click();
    await owner.getByRole('button', { name: 'Send', exact: true }).click();
    const picture = frame.getByRole('img', { name: 'chain.png' });
    await picture.waitFor();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
    const link = frame.getByRole('link', { name: /manual\.pdf/ });
    const [saved] = await Promise.all([visitor.page.waitForEvent('download'), link.click()]);
    expect(saved.suggestedFilename()).toBe('manual.pdf');

    await frame.locator('input[type=file]').setInputFiles([files[0]!]);
    await frame.locator('textarea').press('Enter');
    await owner.getByRole('img', { name: 'Picture: chain.png' }).nth(1).waitFor();
    expect(await axeFindings(owner)).toEqual([]);
    await context.close();
    await visitor.context.close();
  });
});
