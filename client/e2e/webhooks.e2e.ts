import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeEndpoint, startFakeEndpoint, withJson } from '../../server/testing/fake-endpoint.ts';
import { axeFindings, chromiumPath } from './browser.ts';
import { openWorld, type World } from './world.ts';

describe.runIf(chromiumPath)('webhooks', () => {
  let world: World;
  let receiver: FakeEndpoint;
  beforeAll(async () => {
    receiver = await startFakeEndpoint(withJson({ received: true }));
    world = await openWorld({ FETCH_ALLOW_PRIVATE: '127.0.0.1' });
  });
  afterAll(async () => {
    await world?.close();
    await receiver?.close();
  });

  const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

  it('are made, tried, watched and switched off, by keyboard where it counts', async () => {
    const { context, page } = await world.agent();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByText('No webhooks yet').waitFor();

    await press(page, 'New webhook');
    await page.getByLabel('Address').fill('crm.example');
    await page.getByLabel('Description').fill('Orders');
    for (const name of [/A conversation begins/, /Anybody writes/, /is closed/]) {
      await page.getByRole('checkbox', { name }).focus();
      await page.keyboard.press('Space');
    }
    await press(page, 'Make the webhook');
    await page.getByText('Must be an address that starts with').waitFor();
    await page.getByText('Choose at least one event.').waitFor();
    expect(await page.getByLabel('Address').evaluate((field) => field === document.activeElement)).toBe(true);

    await page.getByLabel('Address').fill(`${receiver.origin}/hook`);
    await page.getByRole('checkbox', { name: /A visitor rates/ }).focus();
    await page.keyboard.press('Space');
    await press(page, 'Make the webhook');
    await page.getByText(/^whsec_/).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await press(page, 'I have copied it');

    await page.getByRole('link', { name: 'Orders' }).click();
    await page.getByText('Nothing sent yet').waitFor();
    const section = page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Webhooks' });
    expect(await section.getAttribute('aria-current')).toBe('page');
    await press(page, 'Send a test');
    await receiver.arrived(1);
    expect(receiver.taken[0]!.json.type).toBe('webhook.test');
    await page.getByText('Arrived · 200').waitFor();
    await page.getByText('webhook.test').first().click();
    await page.getByText('This is a test of your webhook').waitFor();
    await page.getByText('"received":true').waitFor();
    await press(page, 'Send again');
    await receiver.arrived(2);
    expect(receiver.taken[1]!.headers['webhook-id']).toBe(receiver.taken[0]!.headers['webhook-id']);

    await press(page, 'New secret…');
    await page.getByText(/for 24 hours with the present one as well/).waitFor();
    await press(page, 'Make a new secret');
    await page.getByText(/^whsec_/).waitFor();
    await press(page, 'I have copied it');
    await page.getByText('Deliveries are signed with two secrets').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    const signatures = () => String(receiver.taken.at(-1)!.headers['webhook-signature']).split(' ').length;
    await press(page, 'Send a test');
    await receiver.arrived(3);
    expect(signatures()).toBe(2);
    await press(page, 'End it now');
    await page.getByText('Deliveries are signed with two secrets').waitFor({ state: 'detached' });
    await press(page, 'Send a test');
    await receiver.arrived(4);
    expect(signatures()).toBe(1);

    receiver.answerWith(withJson({}, 410));
    await press(page, 'Send a test');
    await page.getByText('Given up · 410').waitFor();
    await page.reload();
    await page.getByText(/Confab switched off a webhook/).waitFor();
    await page.getByText('Switched off by Confab').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await press(page, 'Switch on');
    await page.getByText(/Confab switched off a webhook/).waitFor({ state: 'detached' });

    await press(page, 'Remove…');
    await press(page, 'Remove the webhook');
    await page.getByText('No webhooks yet').waitFor();
    await context.close();
  }, 120_000);
});
