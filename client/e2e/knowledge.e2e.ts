import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePdf } from '../../server/extract/testing/make-files.ts';
import { axeFindings, chromiumPath } from './browser.ts';
import { type Owner, signInAsOwner } from './owner.ts';
import { openWorld, peopleOnly, type World } from './world.ts';

const lines = (...texts: string[]) => texts.map((text, index) => ({ text, y: 760 - index * 20 }));

const handbook = makePdf([
  lines('Zephyr handbook', 'This handbook is for owners of the Zephyr city bike.'),
  lines('Tyres', 'Pump the tyres of the Zephyr to four bar in front and to five bar behind.'),
  lines('Warranty', 'The frame of the Zephyr is under warranty for eleven years.'),
]);
const pdf = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/pdf', buffer });

describe.runIf(chromiumPath)('knowledge in the dashboard, in a browser', () => {
  let world: World;
  let owner: Owner;
  let page: Page;
  beforeAll(async () => {
    world = await openWorld();
    owner = await signInAsOwner(world.server.origin);
    ({ page } = await world.agent());
  });
  afterAll(() => world?.close());

  const open = async (path: string, heading: string) => {
    await page.goto(`${world.server.origin}/c/${owner.clientId}/knowledge${path}`);
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
  };
  /** Of an attempt that failed half-way. */
  const drop = async (...names: string[]) => {
    const { items } = await owner.call<{ items: { id: string; name: string }[] }>('GET', '/knowledge/documents');
    for (const { id, name } of items)
      if (names.includes(name)) await owner.call('DELETE', `/knowledge/documents/${id}`);
  };
  const rowOf = (name: string) => page.getByRole('listitem').filter({ has: page.getByRole('link', { name }) });
  const isReady = (name: string) => rowOf(name).getByText('Ready', { exact: true }).waitFor();

  it('reads an uploaded PDF, finds its page in the playground, and opens the passage highlighted', async () => {
    await drop('zephyr.pdf');
    await open('', 'Knowledge');
    await page.locator('input[type=file]').setInputFiles([pdf('zephyr.pdf', handbook)]);
    await isReady('zephyr.pdf');
    await rowOf('zephyr.pdf').getByText('3 pages').waitFor();
    expect(await axeFindings(page)).toEqual([]);

    await page.getByRole('link', { name: 'Playground' }).click();
    await page
      .getByRole('textbox', { name: 'Question' })
      .fill('For how many years is the Zephyr frame under warranty?');
    await page.keyboard.press('Enter');
    const best = page
      .getByRole('list', { name: /Passages found/ })
      .getByRole('listitem')
      .first();
    await best.getByText('eleven years').waitFor();
    await best.locator('mark').getByText('warranty', { exact: true }).waitFor();
    expect(await axeFindings(page)).toEqual([]);

    await best.getByRole('link', { name: 'zephyr.pdf, page 3' }).click();
    await page.getByRole('heading', { name: 'Page 3' }).waitFor();
    const sought = page.locator('li[aria-current=true]');
    await sought.getByText('eleven years').waitFor();
    await expect.poll(() => sought.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await axeFindings(page)).toEqual([]);
  });

  it('corrects and hides a passage in place, and finds otherwise when asked again', async () => {
    await open('/playground?q=Zephyr%20tyres%20bar%20in%20front', 'Playground');
    const list = page.getByRole('list', { name: /Passages found/ });
    const best = list.getByRole('listitem').first();
    await best.getByText('four bar in front').waitFor();
    await best.getByRole('button', { name: /Edit passage/ }).click();
    await best.getByRole('textbox').fill('Pump the tyres of the Zephyr to six bar in front.');
    await best.getByRole('button', { name: 'Save the passage' }).click();
    await best.getByText('Corrected', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Ask again' }).click();
    await page.getByRole('button', { name: 'Ask again' }).waitFor({ state: 'detached' });
    await best.getByText('six bar in front').waitFor();

    await best.getByRole('button', { name: /Hide passage/ }).click();
    await best.getByText('Hidden from answers', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Ask again' }).click();
    await list.getByText('six bar in front').waitFor({ state: 'detached' });

    await open('', 'Knowledge');
    await page.getByRole('link', { name: 'zephyr.pdf' }).click();
    await page.getByRole('link', { name: 'Page 2', exact: true }).click();
    await page.getByText('Hidden from answers', { exact: true }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: /Show passage/ }).click();
    await page.getByText('Hidden from answers', { exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /Back to what the document says/ }).click();
    await page.getByText('four bar in front').waitFor();
    expect(await page.getByText('Corrected', { exact: true }).count()).toBe(0);
  });

  it('says why a scan was not read, tries again, renames it, and deletes it from answers at once', async () => {
    await drop('scan.pdf', 'Old scan');
    await open('', 'Knowledge');
    await page
      .locator('input[type=file]')
      .setInputFiles([pdf('scan.pdf', makePdf([[]])), pdf('empty.pdf', Buffer.alloc(0))]);
    await page.getByText('The file is empty.').waitFor();
    await rowOf('scan.pdf')
      .getByText(/probably a scan/)
      .waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove empty.pdf' }).click();
    await page.getByRole('button', { name: 'Try again: scan.pdf' }).click();
    await rowOf('scan.pdf')
      .getByText(/probably a scan/)
      .waitFor();

    await page.getByRole('button', { name: 'Actions for scan.pdf' }).click();
    await page.getByRole('menuitem', { name: 'Rename…' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Old scan');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Actions for Old scan' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByRole('alertdialog').getByText('cannot be undone').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Delete for ever' }).click();
    await page.getByRole('link', { name: 'Old scan' }).waitFor({ state: 'detached' });
  });

  it('tries an upload again that broke off', async () => {
    await drop('bells.txt');
    await open('', 'Knowledge');
    const uploads = /\/knowledge\/files\?name=/;
    await page.route(uploads, (route) => route.abort());
    const text = { name: 'bells.txt', mimeType: 'text/plain', buffer: Buffer.from('Every Zephyr has a brass bell.') };
    await page.locator('input[type=file]').setInputFiles([text]);
    await page.getByRole('button', { name: 'Try again: bells.txt' }).waitFor();
    await page.unroute(uploads);
    await page.getByRole('button', { name: 'Try again: bells.txt' }).click();
    await isReady('bells.txt');
  });

  it('stops the reading of a document that waits for its turn', async () => {
    // Nobody works on jobs there: its turn does not come.
    const waiting = await openWorld(peopleOnly);
    try {
      const { page } = await waiting.agent();
      await page.getByRole('link', { name: 'Knowledge' }).click();
      const text = { name: 'last.txt', mimeType: 'text/plain', buffer: Buffer.from('Nobody waits for this.') };
      await page.locator('input[type=file]').setInputFiles([text]);
      await page.getByRole('button', { name: 'Actions for last.txt' }).click();
      await page.getByRole('menuitem', { name: 'Stop reading' }).click();
      const row = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'last.txt' }) });
      await row.getByText('Reading it was cancelled.').waitFor();
    } finally {
      await waiting.close();
    }
  });

  it('follows a reading where no live connection gets through', async () => {
    await drop('offline.txt');
    const agent = await world.agent();
    await agent.context.route(/\/socket\.io\//, (route) => route.abort());
    await agent.context.routeWebSocket(/\/socket\.io\//, (socket) => void socket.close());
    await agent.page.goto(`${world.server.origin}/c/${owner.clientId}/knowledge`);
    await agent.page.getByRole('heading', { name: 'Knowledge', level: 1 }).waitFor();
    const text = { name: 'offline.txt', mimeType: 'text/plain', buffer: Buffer.from('A Zephyr needs no network.') };
    await agent.page.locator('input[type=file]').setInputFiles([text]);
    const row = agent.page.getByRole('listitem').filter({ has: agent.page.getByRole('link', { name: 'offline.txt' }) });
    await row.getByText('Ready', { exact: true }).waitFor();
    await agent.context.close();
  });

  it('takes a file that is dropped on the page', async () => {
    await drop('colours.txt');
    await open('', 'Knowledge');
    const transfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['The Zephyr comes in sand and in green.'], 'colours.txt', { type: 'text/plain' }));
      return data;
    });
    await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
    await page.getByText('Drop the files to add them').waitFor();
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
    await isReady('colours.txt');
  });

  it('keeps questions with answers that were imported, names the fields to correct, and answers from them', async () => {
    await drop('Zephyr questions');
    await open('', 'Knowledge');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Questions and answers' }).click();
    await page.getByRole('button', { name: 'Import from CSV' }).click();
    await page
      .getByRole('textbox', { name: /CSV/ })
      .fill(
        'Question;Answer\nWhere is the workshop of the Zephyr?;In Harbour Street 12.\nIs there a Zephyr for children?;Yes, from six years on.',
      );
    await page.getByRole('button', { name: 'Import 2 pairs' }).click();
    await page.getByRole('button', { name: 'Move pair 2 up' }).click();
    await page.getByRole('button', { name: 'Add a question' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(() => page.getByText('Must not be empty.').count()).toBe(3);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove pair 3' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Zephyr questions');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await isReady('Zephyr questions');
    await rowOf('Zephyr questions').getByText('2 pairs').waitFor();

    await page.getByRole('link', { name: 'Playground' }).click();
    await page.getByRole('textbox', { name: 'Question' }).fill('Where is the workshop of the Zephyr?');
    await page.keyboard.press('Enter');
    await page.getByText('Harbour Street 12').first().waitFor();
    await page.getByRole('button', { name: 'Ask the assistant' }).click();
    await page.getByRole('list', { name: 'Cited passages' }).getByText('Zephyr questions').waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('names the fault of an address at its field, and asks before written text is lost', async () => {
    await open('', 'Knowledge');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Whole site' }).click();
    await page.getByRole('textbox', { name: 'Address' }).fill('ftp://example.com');
    await page.keyboard.press('Enter');
    await page.getByText('Must be an address').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Text', exact: true }).click();
    await page.getByRole('textbox', { name: 'Text' }).fill('Half a thought');
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Inbox' }).click();
    await page.getByRole('button', { name: 'Stay here' }).click();
    expect(await page.getByRole('textbox', { name: 'Text' }).inputValue()).toBe('Half a thought');
  });

  it('lets a widget answer from chosen documents alone', async () => {
    const { id } = await owner.createWidget({ engine: 'knowledge' });
    await page.goto(`${world.server.origin}/c/${owner.clientId}/widgets/${id}?tab=assistant`);
    // What was written in the test before is left behind.
    await page.getByRole('radio', { name: /Chosen documents/ }).press('Space');
    await page.getByRole('checkbox', { name: /colours\.txt/ }).press('Space');
    await page.getByRole('button', { name: /Save/ }).click();
    await page.getByText('Saved. Pages show it').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'playground' }).click();
    await page.getByText('It looks in 1 of your documents.').waitFor();
    await page
      .getByRole('textbox', { name: 'Question' })
      .fill('Which colours does the Zephyr come in, and what of its tyres?');
    await page.keyboard.press('Enter');
    await page.getByText('sand and in green').waitFor();
    expect(
      await page
        .getByRole('list', { name: /Passages found/ })
        .getByRole('listitem')
        .filter({ hasText: 'zephyr.pdf' })
        .count(),
    ).toBe(0);
  });
});
