import type { Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  chunkOf,
  eventOf,
  type FakeEndpoint,
  startFakeEndpoint,
  usageOf,
  withPieces,
} from '../../server/testing/fake-endpoint.ts';
import type { DocumentInput, DocumentView } from '../../shared/contracts/knowledge.ts';
import { serveTestPages } from '../widget/test-pages/serve.ts';
import { axeFindings, chromiumPath } from './browser.ts';
import { openChat, say } from './frame.ts';
import { type Owner, signInAsOwner } from './owner.ts';
import { openWorld, type World } from './world.ts';

const handbook = `# Tea handbook

## Teapots
Broken teapots are repaired in our workshop within nine working days.

## Gift cards
A gift card for tea is valid for three years after it was bought.`;
const webPage = `<!doctype html><html lang="en"><head><title>Shipping of samovars</title></head><body>
<div style="height:4000px"></div><article>
<h1>Shipping of samovars</h1><p>Samovars are shipped by horse carriage every second Thursday of the month.</p>
<p>The carriage stops at every village inn on its way, and the driver calls out the names of those who wait.</p>
</article></body></html>`;
const arabicHandbook = 'دليل الشاي\n\nنصلح أباريق الشاي المكسورة في ورشتنا خلال تسعة أيام عمل.';

const shots = process.env.CONFAB_SHOTS;

describe.runIf(chromiumPath)('answers in the widget', () => {
  let world: World;
  let owner: Owner;
  let model: FakeEndpoint;
  let site: FakeEndpoint;
  beforeAll(async () => {
    model = await startFakeEndpoint(withPieces(['Nine to five.']));
    site = await startFakeEndpoint((response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(webPage);
    });
    world = await openWorld({
      LLM_BASE_URL: `${model.origin}/v1`,
      LLM_MODEL: 'small',
      FETCH_ALLOW_PRIVATE: '127.0.0.1',
    });
    owner = await signInAsOwner(world.server.origin);
    await know({ kind: 'text', name: 'Tea handbook', text: handbook });
    await know({ kind: 'page', url: `${site.origin}/samovars` });
    await know({ kind: 'text', name: 'دليل الشاي', text: arabicHandbook });
  });
  afterEach(() => model.answerWith(withPieces(['Nine to five.'])));
  afterAll(async () => {
    await world?.close();
    await model?.close();
    await site?.close();
  });

  /** Resolves when the document answers. */
  async function know(input: DocumentInput): Promise<void> {
    const { id } = await owner.call<DocumentView>('POST', '/knowledge/documents', input);
    const isReady = async () => {
      const { status } = await owner.call<DocumentView>('GET', `/knowledge/documents/${id}`);
      expect(status).toBe('ready');
    };
    await vi.waitFor(isReady, { timeout: 30_000 });
  }

  interface Visit {
    settings?: object;
    page?: string;
    locale?: string;
    colorScheme?: 'light' | 'dark';
  }
  /** A page with a new widget on it, the chat open. */
  const visit = async (how: Visit, run: (frame: Frame, page: Page) => Promise<void>) => {
    const { publicKey } = await owner.createWidget({ engine: 'knowledge', ...how.settings });
    const pages = await serveTestPages({ widgetOrigin: world.server.origin, publicKey });
    const context = await world.browser.newContext({
      viewport: { width: 480, height: 760 },
      locale: how.locale ?? 'en-GB',
      colorScheme: how.colorScheme ?? 'light',
      reducedMotion: 'reduce',
    });
    try {
      const page = await context.newPage();
      await page.goto(`${pages.origin}/${how.page ?? 'plain.html'}`);
      const frame = await openChat(page);
      await run(frame, page);
    } finally {
      await context.close();
      await pages.close();
    }
  };
  const shot = async (page: Page, name: string) => {
    if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
  };
  const isClean = async (page: Page) => expect(await axeFindings(page)).toEqual([]);

  /** The model begins an answer, and goes on with it when the test says so. */
  function heldAnswer(begin: string, rest: string): () => void {
    let goOn = () => {};
    const may = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    model.answerWith(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(eventOf(chunkOf({ content: begin })));
      await may;
      response.write(eventOf(chunkOf({ content: rest })));
      response.write(eventOf(chunkOf({}, { finish_reason: 'stop' })));
      response.end(eventOf(usageOf(100, 10)));
    });
    return goOn;
  }
  const byModel = { engine: 'llm', engineSettings: { model: 'any' } };
  const question = 'How long does the repair of a broken teapot take?';

  it('an answer names its source, opens the passage by keyboard, and can be rated', () =>
    visit({}, async (frame, page) => {
      await say(frame, question);
      await frame.getByText('nine working days').first().waitFor();
      const source = frame.locator('.sources summary');
      expect(await source.innerText()).toContain('Tea handbook');
      expect(await frame.locator('.sources blockquote').isVisible()).toBe(false);
      const mark = frame.locator('.bubble .mark').first();
      expect(await mark.innerText()).toBe('[1]');
      await mark.focus();
      await page.keyboard.press('Enter');
      await frame.locator('.sources blockquote').waitFor();
      expect(await frame.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY');
      expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);
      await isClean(page);

      const helpful = frame.getByRole('button', { name: 'Helpful', exact: true });
      const unhelpful = frame.getByRole('button', { name: 'Not helpful' });
      await unhelpful.focus();
      await page.keyboard.press('Enter');
      await expect.poll(() => unhelpful.getAttribute('aria-pressed')).toBe('true');
      await helpful.click();
      await expect.poll(() => helpful.getAttribute('aria-pressed')).toBe('true');
      expect(await unhelpful.getAttribute('aria-pressed')).toBe('false');
      await isClean(page);
      await shot(page, 'light');
      const rated = async () => {
        const { items } = await owner.call<{ items: { question: string; rating: number | null }[] }>(
          'GET',
          '/answers?order=newest',
        );
        return items.find((one) => one.question.includes('teapot'))?.rating;
      };
      await expect.poll(rated).toBe(1);
      expect(await frame.getByRole('button', { name: 'A person, please' }).count()).toBe(1);

      await page.reload();
      const again = await openChat(page);
      await again.getByText('nine working days').first().waitFor();
      expect(await again.getByRole('button', { name: 'Helpful', exact: true }).getAttribute('aria-pressed')).toBe(
        'true',
      );
    }));

  it('an answer from a web page links to the words on it', () =>
    visit({ colorScheme: 'dark' }, async (frame, page) => {
      await say(frame, 'How are samovars shipped?');
      const link = frame.locator('.sources a');
      await link.waitFor();
      expect(await link.getAttribute('href')).toMatch(/\/samovars#:~:text=/);
      expect(await link.getAttribute('rel')).toContain('noopener');
      await isClean(page);
      await shot(page, 'dark');
      const opened = page.context().waitForEvent('page');
      await link.click();
      const source = await opened;
      await expect.poll(() => source.evaluate(() => scrollY)).toBeGreaterThan(1000);
    }));

  it('what is not known is said, and a person is offered and called', () =>
    visit({}, async (frame, page) => {
      await say(frame, 'Who won the chess championship of Iceland?');
      await frame.getByText('Shall I call a person?').waitFor();
      expect(await frame.locator('.sources').count()).toBe(0);
      await frame.getByRole('button', { name: 'A person, please' }).click();
      await frame.getByText('A person has been called.').waitFor();
      await isClean(page);
    }));

  it('from right to left, in Arabic', () =>
    visit({ page: 'rtl.html', locale: 'ar', colorScheme: 'dark' }, async (frame, page) => {
      await say(frame, 'كم يستغرق إصلاح أباريق الشاي المكسورة؟');
      await frame.locator('.sources summary').click();
      await frame.getByRole('button', { name: 'غير مفيد' }).click();
      await expect
        .poll(() => frame.getByRole('button', { name: 'غير مفيد' }).getAttribute('aria-pressed'))
        .toBe('true');
      await isClean(page);
      await shot(page, 'rtl-dark');
    }));

  it('is shown as it is written, to one who comes in the middle too, and gives way to its message', () =>
    visit({ settings: byModel }, async (frame, page) => {
      const goOn = heldAnswer('It takes **nine', ' days** in all [1].');
      await say(frame, question);
      await frame.getByText('It takes **nine').waitFor();
      await frame.getByText('Assistant is writing…').waitFor();
      expect(await frame.getByRole('log').getAttribute('aria-busy')).toBe('true');
      await isClean(page);
      await shot(page, 'writing');

      await page.reload();
      const again = await openChat(page);
      await again.getByText('It takes **nine').waitFor();
      goOn();
      await again.locator('strong', { hasText: 'nine days' }).waitFor();
      await again.getByRole('button', { name: 'Not helpful' }).waitFor();
      expect(await again.getByRole('log').getAttribute('aria-busy')).toBe('false');
      expect(await again.getByText('It takes').count()).toBe(1);
      expect(await again.getByText('is writing').count()).toBe(0);
    }));

  it('that a person gives instead is the only one', () =>
    visit({ settings: byModel }, async (frame) => {
      const goOn = heldAnswer('The machine says', ' more.');
      await say(frame, 'Is anybody there at all today?');
      await frame.getByText('The machine says').waitFor();
      const id = await owner.findConversation('Is anybody there at all');
      await owner.answer(id, 'Yes, me.');
      await frame.getByText('Yes, me.').waitFor();
      goOn();
      expect(await frame.getByText('The machine says').count()).toBe(0);
      await expect.poll(() => frame.getByText('is writing').count()).toBe(0);
    }));

  it('that comes to a closed chat is shown above the launcher, without its marks', () =>
    visit({ settings: byModel }, async (frame, page) => {
      const goOn = heldAnswer('The repair takes', ' **nine days** [1].');
      await say(frame, question);
      await frame.getByText('The repair takes').waitFor();
      await frame.getByRole('button', { name: 'Close' }).click();
      goOn();
      const card = frame.locator('.peek');
      await card.waitFor();
      expect(await card.locator('.preview').innerText()).toBe('The repair takes nine days.');
      await isClean(page);
      await shot(page, 'peek');
      await card.locator('.peek-text').click();
      await frame.getByRole('button', { name: 'Not helpful' }).waitFor();
      await expect.poll(() => card.count()).toBe(0);
    }));

  it('comes without a socket as well', () =>
    visit({}, async (frame, page) => {
      await page.context().route(/socket/, (route) => route.abort());
      await page.routeWebSocket(/socket\.io/, (socket) => socket.close());
      await say(frame, question);
      await frame.getByText('nine working days').first().waitFor();
      await frame.locator('.sources summary').waitFor();
    }));
});
