import type { BrowserContextOptions, Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  chunkOf,
  eventOf,
  type FakeEndpoint,
  startFakeEndpoint,
  usageOf,
  withJson,
  withPieces,
} from '../../server/testing/fake-endpoint.ts';
import type { DocumentView } from '../../shared/contracts/knowledge.ts';
import { serveTestPages } from '../widget/test-pages/serve.ts';
import { axeFindings, chromiumPath } from './browser.ts';
import { openChat, say } from './frame.ts';
import { type Owner, signInAsOwner } from './owner.ts';
import { openWorld, type World } from './world.ts';

const handbook = `# Kettle handbook

## Returns
Kettles can be returned within forty days after they were bought.

## Descaling
Descale a kettle with vinegar once every eleven weeks.`;

const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, colorScheme: 'dark', hasTouch: true };
const shots = process.env.CONFAB_SHOTS;

describe.runIf(chromiumPath)('answers in the dashboard, in a browser', () => {
  let world: World;
  let owner: Owner;
  let partner: FakeEndpoint;
  const leave: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    partner = await startFakeEndpoint(withPieces(['Hello.']));
    world = await openWorld({ FETCH_ALLOW_PRIVATE: '127.0.0.1' });
    owner = await signInAsOwner(world.server.origin);
    const input = { kind: 'text', name: 'Kettle handbook', text: handbook };
    const { id } = await owner.call<DocumentView>('POST', '/knowledge/documents', input);
    const isReady = async () => {
      const { status } = await owner.call<DocumentView>('GET', `/knowledge/documents/${id}`);
      expect(status).toBe('ready');
    };
    await vi.waitFor(isReady, { timeout: 30_000 });
  });
  afterEach(async () => {
    for (const one of leave.splice(0).reverse()) await one();
  });
  afterAll(async () => {
    await world?.close();
    await partner?.close();
  });

  /** A visitor in the chat of a new widget. */
  async function visit(settings: object = {}): Promise<{ frame: Frame; widgetId: string }> {
    const widget = await owner.createWidget({ engine: 'knowledge', ...settings });
    const pages = await serveTestPages({ widgetOrigin: world.server.origin, publicKey: widget.publicKey });
    const context = await world.browser.newContext({ viewport: { width: 480, height: 760 }, locale: 'en-GB' });
    leave.push(
      () => pages.close(),
      () => context.close(),
    );
    const page = await context.newPage();
    await page.goto(`${pages.origin}/plain.html`);
    return { frame: await openChat(page), widgetId: widget.id };
  }
  async function agentAt(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const { context, page } = await world.agent({ reducedMotion: 'reduce', ...options });
    leave.push(() => context.close());
    await page.goto(`${world.server.origin}/c/${owner.clientId}/${path}`);
    return page;
  }
  const threadWith = async (words: string, options?: BrowserContextOptions) =>
    agentAt(`inbox/${await owner.findConversation(words)}`, options);
  const bubble = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });
  const isFine = async (page: Page, name: string) => {
    await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
    if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  };

  it('leads from an answer to its passage and its receipt, and to a better answer next time', async () => {
    const question = 'Within how many days can kettles be returned?';
    const { frame } = await visit();
    await say(frame, question);
    await frame.getByText('forty days').first().waitFor();

    const page = await threadWith('forty days');
    const answer = bubble(page, 'forty days');
    await answer.getByText('Your documents').waitFor();
    await isFine(page, 'thread');
    await answer.getByRole('list', { name: 'Sources' }).getByRole('link').first().click();
    await page.waitForURL(/\/knowledge\/[^/]+#chunk=/);
    await page.locator('li[aria-current]').getByText('forty days').waitFor();
    await page.goBack();

    await answer.getByRole('button', { name: 'Why?' }).click();
    const why = page.getByRole('dialog', { name: 'Why this answer?' });
    await why.getByText(question).waitFor();
    await why.getByText('Cited').first().waitFor();
    await isFine(page, 'why');

    await why.getByRole('button', { name: 'Write an approved answer' }).click();
    expect(await why.getByLabel('When somebody asks').inputValue()).toBe(question);
    await why.getByLabel('The answer is').fill('Within fifty days, in our shop or by post.');
    await isFine(page, 'approve');
    await why.getByRole('button', { name: 'Approve this answer' }).click();
    await why.getByText('Whoever asks this now gets your answer').waitFor();
    await why.getByRole('button', { name: 'Ask again and compare' }).click();
    await why.getByRole('article', { name: 'Now' }).getByText('fifty days').waitFor();
    await why.getByRole('article', { name: 'Then' }).getByText('forty days').waitFor();
    await why.getByText('Settled').waitFor();
    await isFine(page, 'compare');

    await say(frame, question);
    await frame.getByText('fifty days').first().waitFor();
  });

  it('lets an agent put a cited passage right where the answer is explained', async () => {
    const { frame } = await visit();
    await say(frame, 'How often should I descale a kettle with vinegar?');
    await frame.getByText('eleven weeks').first().waitFor();
    const page = await threadWith('eleven weeks');
    await bubble(page, 'eleven weeks').getByRole('button', { name: 'Why?' }).waitFor();
    await page.keyboard.press('w');
    const why = page.getByRole('dialog', { name: 'Why this answer?' });
    const passage = why.getByRole('listitem').filter({ hasText: 'Kettle handbook' }).first();
    await passage.getByRole('button', { name: 'Correct the passage' }).click();
    const field = passage.getByRole('textbox');
    await field.fill((await field.inputValue()).replace('eleven', 'twelve'));
    await passage.getByRole('button', { name: 'Save the passage' }).click();
    await why.getByText('Corrected', { exact: true }).waitFor();
    await why.getByRole('button', { name: 'Ask again and compare' }).click();
    await why.getByRole('article', { name: 'Now' }).getByText('twelve weeks').waitFor();
    await isFine(page, 'corrected');
  });

  it('gathers what nobody could answer, and takes an answer right there', async () => {
    const question = 'Do you sell submarines to pirates?';
    const { frame } = await visit();
    await say(frame, question);
    await vi.waitFor(async () => {
      const { items } = await owner.call<{ items: { question: string }[] }>('GET', '/answers/unanswered');
      expect(items.map((group) => group.question)).toContain(question);
    });
    const page = await agentAt('answers');
    await page.getByRole('heading', { name: 'Answers', level: 1 }).waitFor();
    await page.getByText(question).waitFor();
    await isFine(page, 'answers-attention');
    await page.getByRole('tab', { name: 'All' }).click();
    await page.getByText(question).waitFor();
    await isFine(page, 'answers-all');
    await page.getByRole('tab', { name: 'Without an answer' }).click();
    const row = page.getByRole('listitem').filter({ hasText: question });
    await row.getByText('Asked once').waitFor();
    await row.getByRole('button', { name: /Write the answer/ }).click();
    await row.getByLabel('The answer is').fill('No, only kettles.');
    await isFine(page, 'answers-unanswered');
    await row.getByRole('button', { name: 'Approve this answer' }).click();
    await row.waitFor({ state: 'detached' });

    const small = await agentAt('answers', phone);
    await small.getByRole('tab', { name: 'All' }).click();
    await small.getByRole('button', { name: `Why? ${question}` }).waitFor();
    await isFine(small, 'answers-phone');
    await small.getByRole('button', { name: `Why? ${question}` }).click();
    await small.getByRole('dialog', { name: 'Why this answer?' }).getByText('Did not know').waitFor();
    await isFine(small, 'why-phone');
  });

  it('sets a model, tests it, and shows its answer while it is written', async () => {
    await owner.call('DELETE', '/model');
    const page = await agentAt('settings/model');
    await page.getByText('No model is set').waitFor();
    await isFine(page, 'model-none');
    await page.getByLabel('Base URL').fill(`${partner.origin}/v1`);
    await page.getByLabel('Model', { exact: true }).fill('small');
    await page.getByLabel('API key').fill('a-very-secret-key');
    await page.getByLabel('Price in').fill('0,15');
    await page.getByLabel('Price out').fill('0.6');
    await page.getByRole('switch', { name: /Spend at most/ }).press('Space');
    await page.getByLabel('In a month at most').fill('five');
    await page.getByText('Must be an amount').waitFor();
    await page.getByLabel('In a month at most').fill('5');
    await page.getByRole('button', { name: 'Save the model' }).click();
    await page.getByText('Set, kept encrypted, and never shown.').waitFor();
    await page.getByRole('button', { name: 'Test it' }).click();
    await page.getByText('It works: fake-1 answered').waitFor();
    expect(partner.taken.at(-1)?.headers.authorization).toBe('Bearer a-very-secret-key');
    expect(await page.content()).not.toContain('a-very-secret-key');
    await isFine(page, 'model');
    const small = await agentAt('settings/model', phone);
    await small.getByText('Set, kept encrypted, and never shown.').waitFor();
    await isFine(small, 'model-phone');

    let goOn = () => {};
    const may = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    partner.answerWith(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(eventOf(chunkOf({ content: 'Forty days, as ' })));
      await may;
      response.write(eventOf(chunkOf({ content: 'the handbook says [1].' })));
      response.write(eventOf(chunkOf({}, { finish_reason: 'stop' })));
      response.write(eventOf(usageOf(120, 12)));
      response.end('data: [DONE]\n\n');
    });
    const { frame } = await visit({ engine: 'llm' });
    await say(frame, 'How many days do I have to return a kettle?');
    const thread = await threadWith('How many days do I have');
    const draft = thread.getByRole('article', { name: 'Assistant, writing' });
    await draft.getByText('Forty days, as').waitFor();
    await isFine(thread, 'draft');
    goOn();
    await draft.waitFor({ state: 'detached' });
    const answer = bubble(thread, 'the handbook says');
    await answer.getByText('fake-1').waitFor();
    await answer.getByRole('button', { name: 'Why?' }).click();
    await thread.getByText('120 + 12').waitFor();
    await isFine(thread, 'why-model');
  });

  it('hands a conversation back to the assistant by a key, and the assistant answers again', async () => {
    const { frame } = await visit();
    await say(frame, 'Is anybody there to descale?');
    const page = await threadWith('Is anybody there to descale');
    await page.getByLabel('Your answer').fill('Yes, me.');
    await page.getByLabel('Your answer').press('Enter');
    await frame.getByText('Yes, me.').waitFor();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Hand back to the assistant' }).waitFor();
    await isFine(page, 'hand-back');
    await page.keyboard.press('Escape');
    await page.getByRole('menuitem').first().waitFor({ state: 'detached' });
    await page.locator('section[aria-label="Messages"]').focus();
    await page.keyboard.press('b');
    await page.getByRole('region', { name: 'Messages' }).getByText('The assistant answers again.').waitFor();
    await say(frame, 'What do I descale a kettle with?');
    await frame.getByText('vinegar').first().waitFor();
  });

  it('signs a workflow’s calls, tells how each went, and sends one again', async () => {
    partner.answerWith(withJson({ message: 'broken' }, 500), withJson({ output: 'The workflow says hello.' }));
    const settings = { engine: 'webhook', engineSettings: { webhookUrl: `${partner.origin}/hook` } };
    const { frame, widgetId } = await visit(settings);
    const page = await agentAt(`widgets/${widgetId}?tab=webhook`);
    await page.getByRole('button', { name: 'Make a secret' }).click();
    await page.getByRole('alertdialog').getByText('never shown again').waitFor();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText('Calls are signed.').waitFor();
    await page.getByText('Not called yet').waitFor();
    await say(frame, 'Where are pirates?');
    const call = page.getByRole('listitem').filter({ hasText: 'Where are pirates?' });
    await vi.waitFor(
      async () => {
        await page.getByRole('button', { name: 'Look for new calls' }).click();
        expect(await call.count()).toBeGreaterThan(0);
      },
      { timeout: 30_000 },
    );
    expect(partner.taken.at(-1)?.headers['x-confab-signature']).toMatch(/^t=\d+,v1=/);
    await call.first().getByText('Failed').waitFor();
    await call.first().getByText('Where are pirates?').first().click();
    await call.first().getByText('"chatInput": "Where are pirates?"').waitFor();
    await isFine(page, 'webhook');
    await call.first().getByRole('button', { name: 'Send again' }).click();
    await call.first().getByText('Answered · 200').waitFor();
    const small = await agentAt(`widgets/${widgetId}?tab=webhook`, phone);
    await small.getByText('Answered · 200').waitFor();
    // The tab that the address names is in sight, though the tabs are wider than the screen.
    const tab = await small.getByRole('tab', { name: 'Webhook' }).boundingBox();
    expect(Math.floor(tab!.x + tab!.width)).toBeLessThanOrEqual(390);
    await isFine(small, 'webhook-phone');
  });
});
