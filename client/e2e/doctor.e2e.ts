import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WidgetFindingView } from '../../shared/contracts/doctor.ts';
import type { WidgetView } from '../../shared/contracts/widgets.ts';
import { type HalfProxy, startProxy } from '../widget/test-pages/doctor/proxy.ts';
import { serveTestPages, type TestPages } from '../widget/test-pages/serve.ts';
import { axeFindings, chromiumPath } from './browser.ts';
import { type Owner, signInAsOwner } from './owner.ts';
import { openWorld, peopleOnly, type World } from './world.ts';

/** Pages on which something is wrong, and what it is called. Each is served under a name of its own. */
const broken: [page: string, kind: WidgetFindingView['kind'], detail: string | null][] = [
  ['csp-frame', 'csp-frame', 'frame-src'],
  ['csp-connect', 'csp-connect', 'connect-src'],
  ['csp-connect-and-images', 'csp-connect', 'default-src'],
  ['double-install', 'double-install', null],
  ['covered', 'launcher-covered', null],
  ['hidden', 'launcher-hidden', null],
  ['storage', 'storage-blocked', null],
  ['stripped', 'frame-blocked', null],
  ['unknown-key', 'unknown-key', 'wk_mistyped'],
  ['no-key', 'tag-without-key', null],
];

const patience = { timeout: 30_000, interval: 200 };

describe.runIf(chromiumPath)('the install doctor', () => {
  let world: World;
  let owner: Owner;
  let proxies: HalfProxy[];
  let sites: TestPages[];
  let widget: WidgetView;
  let inactive: WidgetView;
  let context: BrowserContext;
  let page: Page;
  let heard: string[];

  beforeAll(async () => {
    world = await openWorld(peopleOnly);
    owner = await signInAsOwner(world.server.origin);
    const { origin } = world.server;
    proxies = [await startProxy(origin, { polling: true }), await startProxy(origin, { polling: false })];
    widget = await owner.createWidget();
    inactive = await owner.createWidget({ activateAt: '2099-01-01T00:00:00Z' });
    const keys = { publicKey: widget.publicKey, secondKey: inactive.publicKey };
    const otherOrigin = origin.replace('localhost', '127.0.0.1');
    sites = await Promise.all(
      [origin, ...proxies.map((proxy) => proxy.origin)].map((widgetOrigin) =>
        serveTestPages({ widgetOrigin, otherOrigin, ...keys }),
      ),
    );
    const allowedSites = [...sites.map((site) => `*.localhost:${portOf(site)}`), `csp-script.localhost:${portOf()}`];
    for (const { id } of [widget, inactive]) await owner.call('PATCH', `/widgets/${id}`, { allowedSites });
  });
  afterAll(async () => {
    for (const one of [...(sites ?? []), ...(proxies ?? [])]) await one.close();
    await world?.close();
  });
  beforeEach(async () => {
    context = await world.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    page = await context.newPage();
    heard = [];
    page.on('console', (message) => heard.push(message.text()));
  });
  afterEach(() => context.close());

  function portOf(site = sites[0] as TestPages): string {
    return new URL(site.origin).port;
  }
  /** The site of a page: a name of its own, on one of the servers. */
  const siteOf = (name: string, site?: TestPages) => `http://${name}.localhost:${portOf(site)}`;

  const findings = async (origin: string | null, of = widget) => {
    const { items } = await owner.call<{ items: WidgetFindingView[] }>('GET', `/widgets/${of.id}/findings`);
    return items.filter((finding) => finding.origin === origin);
  };
  /** What is wrong there, as soon as it is known; and that it is all. */
  const expectFindings = async (origin: string | null, expected: Partial<WidgetFindingView>[], of = widget) => {
    await vi.waitFor(async () => expect(await findings(origin, of)).toMatchObject(expected), patience);
  };
  const doctorsLast = () => vi.waitUntil(() => heard.some((text) => text.startsWith('Confab: ')), patience);

  it.each([
    ['healthy', 'doctor/healthy.html'],
    ['nonce', 'doctor/nonce.html'],
    ['trusted-types', 'trusted-types.html'],
    ['resets', 'resets.html'],
    ['rtl', 'rtl.html'],
    ['inline', 'inline.html'],
  ])('finds nothing where nothing is wrong: %s', async (name, path) => {
    const origin = siteOf(name);
    await page.goto(`${origin}/${path}`);
    await doctorsLast();
    expect(heard.filter((text) => text.startsWith('Confab: '))).toContain('Confab: the tag is in order.');
    expect(await findings(origin)).toEqual([]);
  });

  it('spares the visitors who come after', async () => {
    await page.goto(`${siteOf('healthy')}/doctor/healthy.html`, { waitUntil: 'networkidle' });
    expect(heard).toEqual([]);
    await page.goto('about:blank');
    await page.goto(`${siteOf('healthy')}/doctor/healthy.html#confab-doctor`);
    await doctorsLast();
  });

  it.each(broken)('names what is wrong on %s.html, and that alone', async (name, kind, detail) => {
    const origin = siteOf(name);
    await page.goto(`${origin}/doctor/${name}.html`);
    await doctorsLast();
    await expectFindings(origin, [{ kind, detail, solvedAt: null }]);
  });

  it('names two things where two are wrong, and gets it out by an image', async () => {
    const origin = siteOf('both');
    await page.goto(`${origin}/doctor/csp-connect-and-frames.html`);
    await doctorsLast();
    await vi.waitFor(async () => expect(await findings(origin)).toHaveLength(2), patience);
    expect((await findings(origin)).map(({ kind, detail }) => `${kind} ${detail}`).sort()).toEqual([
      'csp-connect default-src',
      'csp-frame default-src',
    ]);
  });

  it('adds no violation of the page’s policy to the one there was', async () => {
    await page.addInitScript(() => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      document.addEventListener('securitypolicyviolation', (event) => seen.push(event.violatedDirective));
    });
    await page.goto(`${siteOf('quiet')}/doctor/csp-connect-and-images.html`);
    await doctorsLast();
    expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual(['connect-src']);
  });

  it('names the other address of two tags', async () => {
    const origin = siteOf('two-hosts');
    await page.goto(`${origin}/doctor/two-hosts.html`);
    await doctorsLast();
    await vi.waitFor(async () => expect(await findings(origin)).toHaveLength(1), patience);
    const [finding] = await findings(origin);
    const hosts = [world.server.origin, world.server.origin.replace('localhost', '127.0.0.1')];
    expect(finding).toMatchObject({ kind: 'two-hosts', detail: expect.toBeOneOf(hosts) });
  });

  it('names a proxy that refuses WebSockets, and one that refuses every live connection', async () => {
    for (const [i, kind] of (['polling-only', 'socket-blocked'] as const).entries()) {
      const origin = siteOf('proxied', sites[i + 1]);
      heard = [];
      await page.goto(`${origin}/doctor/healthy.html`);
      await doctorsLast();
      await expectFindings(origin, [{ kind, solvedAt: null }]);
    }
  });

  it('names a site that is not allowed, a page without a site, and a widget that is not active', async () => {
    const stranger = `http://localhost:${portOf()}`;
    await page.goto(`${stranger}/doctor/healthy.html`);
    await expectFindings(stranger, [{ kind: 'site-not-allowed' }]);
    await page.goto(`${siteOf('sandboxed')}/doctor/sandboxed.html`);
    await expectFindings(null, [{ kind: 'sandboxed' }]);
    expect(await findings(siteOf('sandboxed'))).toEqual([]);
    const origin = siteOf('inactive');
    await page.goto(`${origin}/doctor/inactive.html`);
    await expectFindings(origin, [{ kind: 'widget-inactive' }], inactive);
    expect(await findings(origin)).toEqual([]);
  });

  it('names an allowed site on which the tag was never seen, as where its script is forbidden', async () => {
    const name = 'csp-script';
    await page.goto(`${siteOf(name)}/doctor/${name}.html`, { waitUntil: 'networkidle' });
    await expectFindings(`https://${name}.localhost:${portOf()}`, [{ kind: 'never-seen', count: 0 }]);
    expect(await findings(siteOf(name))).toEqual([]);
    await page.goto(`${siteOf(name)}/doctor/${name}.html?fixed`);
    await vi.waitFor(async () => expect(await findings(`https://${name}.localhost:${portOf()}`)).toEqual([]), patience);
  });

  it('tells the owner on a page that turns green by itself', async () => {
    const origin = siteOf('told');
    const { context: desk, page: screen } = await world.agent();
    await screen.goto(`${world.server.origin}/c/${owner.clientId}/widgets/${widget.id}?tab=sites`);
    // Sooner than it would be asked for again.
    const live = { timeout: 12_000 };
    const title = 'The page’s policy forbids the chat';
    await page.goto(`${origin}/doctor/csp-frame.html`);
    const row = screen.getByRole('listitem').filter({ hasText: origin }).filter({ hasText: title });
    await row.getByText(`frame-src 'self' ${world.server.origin};`).waitFor(live);
    expect(await axeFindings(screen)).toEqual([]);
    await page.goto(`${origin}/doctor/csp-frame.html?fixed#confab-doctor`);
    await screen.getByRole('list', { name: 'Solved' }).getByText(`${title}, on ${origin}`).waitFor(live);
    const stranger = `http://localhost:${portOf()}`;
    await page.goto(`${stranger}/doctor/healthy.html`);
    await screen.getByRole('button', { name: `Add localhost:${portOf()}` }).click(live);
    await screen.getByRole('row', { name: `localhost:${portOf()}`, exact: true }).waitFor();
    await desk.close();
  });

  it('takes a finding back when the page is put right', async () => {
    const origin = siteOf('mended');
    await page.goto(`${origin}/doctor/csp-frame.html`);
    await expectFindings(origin, [{ kind: 'csp-frame', solvedAt: null }]);
    await page.goto(`${origin}/doctor/csp-frame.html?fixed#confab-doctor`);
    await expectFindings(origin, [{ kind: 'csp-frame', solvedAt: expect.any(String) }]);
  });
});
