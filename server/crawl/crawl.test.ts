import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { makePdf } from '../extract/testing/make-files.ts';
import { createGuardedFetch, type GuardedFetch } from '../lib/guarded-fetch.ts';
import { type CrawlLimits, crawl } from './crawl.ts';

type Answer = string | { type?: string; status?: number; headers?: Record<string, string>; body?: string | Buffer };

const open: { server: Server; fetch: GuardedFetch }[] = [];
afterEach(async () => {
  for (const { server, fetch } of open.splice(0)) {
    await fetch.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const page = (title: string, body: string, head = '') =>
  `<!doctype html><html lang="en"><head><title>${title}</title>${head}</head><body><main><h1>${title}</h1>${body}</main></body></html>`;
const link = (path: string) => `<a href="${path}">more</a>`;

/** A site at site.test with these paths; everything else is not found. */
async function site(paths: Record<string, Answer | ((request: IncomingMessage, response: ServerResponse) => void)>) {
  const asked: string[] = [];
  let running = 0;
  let most = 0;
  const server = createServer((request, response) => {
    const answer = paths[request.url!];
    asked.push(request.url!);
    running += 1;
    most = Math.max(most, running);
    response.on('close', () => {
      running -= 1;
    });
    if (answer === undefined) response.writeHead(404).end('no');
    else if (typeof answer === 'function') answer(request, response);
    else if (typeof answer === 'string') response.setHeader('content-type', 'text/html; charset=utf-8').end(answer);
    else {
      response.writeHead(answer.status ?? 200, { 'content-type': answer.type ?? 'text/html', ...answer.headers });
      response.end(answer.body ?? '');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const fetch = createGuardedFetch({
    allowPrivate: ['site.test'],
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  open.push({ server, fetch });
  const base = `http://site.test:${port}`;
  return {
    base,
    asked,
    get most() {
      return most;
    },
    read: (path = '/', limits: Partial<CrawlLimits> = {}, more: Partial<Parameters<typeof crawl>[0]> = {}) =>
      crawl({
        url: base + path,
        limits: { pages: 50, depth: 5, bytes: 10_000_000, ms: 15_000, ...limits },
        fetch,
        signal: new AbortController().signal,
        ...more,
      }),
  };
}

const reasonOf = (reading: Promise<unknown>) =>
  reading.then(
    () => 'it was read',
    (error: { reason: string }) => error.reason,
  );

describe('a single page', () => {
  test('is read with its title, language and address, and nothing it links to', async () => {
    const world = await site({
      '/help': page('Help', `<p>We answer.</p>${link('/other')}`),
      '/other': page('Other', '<p>x</p>'),
    });
    const read = await world.read('/help', { pages: 1 });
    expect(read.parts).toEqual([
      {
        number: 1,
        title: 'Help',
        page: null,
        url: `${world.base}/help`,
        text: 'Help\n\nWe answer.\n\nmore',
        headings: [{ offset: 0, level: 1, text: 'Help' }],
      },
    ]);
    expect([read.title, read.language]).toEqual(['Help', 'en']);
    expect(world.asked).toEqual(['/robots.txt', '/help']);
  });

  test('is decoded as its server says', async () => {
    const body = Buffer.from('<html><body><p>Gr\xfc\xdfe</p></body></html>', 'latin1');
    const world = await site({ '/': { type: 'text/html; charset=iso-8859-1', body } });
    expect((await world.read('/', { pages: 1 })).parts[0]!.text).toBe('Grüße');
  });

  test.each<[string, Record<string, Answer>, string]>([
    ['is not there', {}, 'no such page (status 404)'],
    ['is forbidden', { '/': { status: 403 } }, 'does not let Confab read'],
    ['is a picture', { '/': { type: 'image/png', body: 'x' } }, 'not read (image/png)'],
    ['asks not to be indexed', { '/': page('A', '<p>x</p>', '<meta name="robots" content="noindex">') }, 'noindex'],
    [
      'asks so in its headers',
      { '/': { headers: { 'x-robots-tag': 'noindex' }, body: page('A', '<p>x</p>') } },
      'noindex',
    ],
    [
      'is closed by robots.txt',
      { '/': page('A', '<p>x</p>'), '/robots.txt': { type: 'text/plain', body: 'User-agent: Confab\nDisallow: /' } },
      'robots.txt does not allow',
    ],
    [
      'is on a site whose robots.txt fails',
      { '/': page('A', '<p>x</p>'), '/robots.txt': { status: 503 } },
      'robots.txt could not be read',
    ],
  ])('that %s is refused with the reason', async (_, paths, said) => {
    const world = await site(paths);
    expect(await reasonOf(world.read('/', { pages: 1 }))).toContain(said);
  });

  test('in a private network is refused with the reason', async () => {
    const world = await site({});
    expect(await reasonOf(world.read('/', {}, { url: 'http://127.0.0.1:1024/' }))).toContain('private network');
    expect(await reasonOf(world.read('/', {}, { url: 'notes.txt' }))).toContain('not the address of a web page');
  });
});

describe('a site', () => {
  test('is read by its links, each page once, on its own host', async () => {
    const world = await site({
      '/': page(
        'Home',
        link('/a') + link('/a#part') + link('/a?utm_source=x') + link('/b/') + link('http://elsewhere.test/x'),
      ),
      '/a': page('A', `<p>Text A.</p>${link('/b')}${link('/')}${link('/gone')}`),
      '/b/': page('B', `<p>Text B.</p>${link('/logo.png')}${link('mailto:x@y.test')}`),
    });
    const told: string[] = [];
    const read = await world.read(
      '/',
      {},
      { onPage: ({ url, done, known }) => told.push(`${new URL(url).pathname} ${done <= known}`) },
    );
    expect(read.parts.map(({ number, title, url }) => [number, title, new URL(url!).pathname])).toEqual([
      [1, 'Home', '/'],
      [2, 'A', '/a'],
      [3, 'B', '/b/'],
    ]);
    expect(read.warnings).toEqual(['1 page was left out: There is no such page (status 404).']);
    expect(told.sort()).toEqual(['/ true', '/a true', '/b/ true']);
    expect(world.asked.filter((path) => path === '/a')).toHaveLength(1);
    expect(world.most).toBeLessThanOrEqual(2);
  });

  test('is read by its sitemaps, of an index and packed ones too', async () => {
    const map = (...paths: string[]) =>
      `<urlset>${paths.map((path) => `<url><loc>BASE${path}</loc></url>`).join('')}</urlset>`;
    const send =
      (text: string, pack = false) =>
      (request: IncomingMessage, response: ServerResponse) => {
        const body = text.replaceAll('BASE', `http://${request.headers.host}`);
        response.end(pack ? gzipSync(body) : body);
      };
    const world = await site({
      '/robots.txt': send('User-agent: *\nDisallow: /private\nSitemap: BASE/maps.xml'),
      '/maps.xml': send(
        '<sitemapindex><sitemap><loc>BASE/one.xml</loc></sitemap><sitemap><loc>BASE/two.xml.gz</loc></sitemap></sitemapindex>',
      ),
      '/one.xml': send(map('/a', '/private/x')),
      '/two.xml.gz': send(map('/b?x=1&amp;y=2'), true),
      '/': page('Home', '<p>Hello.</p>'),
      '/a': page('A', '<p>One.</p>'),
      '/b?x=1&y=2': page('B', '<p>Two.</p>'),
      '/private/x': page('Private', '<p>Secret.</p>'),
    });
    const read = await world.read();
    expect(read.parts.map(({ title }) => title)).toEqual(['Home', 'A', 'B']);
    expect(world.asked).not.toContain('/private/x');
  });

  test('gives pages with the same text, or the same canonical address, once', async () => {
    const world = await site({
      '/': page('Home', link('/a') + link('/copy') + link('/print')),
      '/a': page('A', '<p>The same.</p>'),
      '/copy': page('A', '<p>The same.</p>'),
      '/print': page('A, to print', '<p>Nearly the same.</p>', '<link rel="canonical" href="/a">'),
    });
    const read = await world.read();
    expect(read.parts).toHaveLength(2);
    expect(new URL(read.parts[1]!.url!).pathname).toBe('/a');
  });

  test('follows the links of a page that asks not to be indexed, and not those of one that asks not to be followed', async () => {
    const world = await site({
      '/': page('Home', link('/list') + link('/dead')),
      '/list': page('List', link('/item'), '<meta name="robots" content="noindex">'),
      '/dead': page('Dead', link('/end'), '<meta name="robots" content="nofollow">'),
      '/item': page('Item', '<p>Found.</p>'),
      '/end': page('End', '<p>Not found.</p>'),
    });
    expect((await world.read()).parts.map(({ title }) => title).sort()).toEqual(['Dead', 'Home', 'Item']);
  });

  test('gives linked documents page by page, with addresses that open at the page', async () => {
    const pdf = makePdf(
      [[{ text: 'Fees of the first page', y: 700 }], [{ text: 'Fees of the second page', y: 700 }]],
      '/Info << /Title (Fees) >>',
    );
    const world = await site({
      '/': page('Home', link('/fees.pdf')),
      '/fees.pdf': { type: 'application/pdf', body: pdf },
    });
    const read = await world.read();
    expect(read.parts.slice(1).map(({ title, page: number, url }) => [title, number, url])).toEqual([
      ['Fees', 1, `${world.base}/fees.pdf#page=1`],
      ['Fees', 2, `${world.base}/fees.pdf#page=2`],
    ]);
  });

  test('keeps what stands on most pages on the first of them alone', async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 6 }, (_, index) => [
        index === 0 ? '/' : `/${index}`,
        page(
          `Page ${index}`,
          `<p>Buy now, while it lasts.</p><h2>Own ${index}</h2><p>Text ${index}.</p>${link(`/${index + 1}`)}`,
        ),
      ]),
    );
    const { parts } = await (await site(paths)).read();
    expect(parts.filter(({ text }) => text.includes('Buy now'))).toHaveLength(1);
    for (const { text, headings } of parts) {
      for (const heading of headings) expect(text.slice(heading.offset).startsWith(heading.text)).toBe(true);
    }
    expect(parts[3]!.headings).toHaveLength(2);
  });

  test('is read no further than pages, depth and bytes allow, and says so', async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [
        index === 0 ? '/' : `/${index}`,
        page(`Page ${index}`, `<p>Text ${index}.</p>${link(`/${index + 1}`)}${link(`/x${index}`)}`),
      ]),
    );
    const world = await site(paths);
    const few = await world.read('/', { pages: 3 });
    expect(few.parts).toHaveLength(3);
    expect(few.warnings.at(-1)).toBe('The site has more than the 3 pages that are read.');
    expect((await world.read('/', { depth: 2 })).parts.map(({ title }) => title)).toEqual([
      'Page 0',
      'Page 1',
      'Page 2',
    ]);
    const small = await world.read('/', { bytes: 700 });
    expect(small.parts.length).toBeLessThan(6);
    expect(small.warnings.join()).toContain('limit of bytes');
  });

  test('that stalls is given up in time, with what was read till then', async () => {
    const world = await site({ '/': page('Home', `<p>Here.</p>${link('/stalls')}`), '/stalls': () => undefined });
    const read = await world.read('/', { ms: 4_000 });
    expect(read.parts.map(({ title }) => title)).toEqual(['Home']);
    expect(read.warnings.join()).toContain('Reading ended after 4 seconds');
  });

  test('is let go when its reading is cancelled', async () => {
    const controller = new AbortController();
    const world = await site({ '/': page('Home', link('/a')), '/a': () => controller.abort(new Error('cancelled')) });
    await expect(world.read('/', {}, { signal: controller.signal })).rejects.toThrow('cancelled');
  });

  test('does not lead astray in a maze of made-up addresses', async () => {
    const paths: Parameters<typeof site>[0] = { '/': page('Home', link('/calendar?day=0')) };
    for (let day = 0; day < 80; day += 1)
      paths[`/calendar?day=${day}`] = page(`Day ${day}`, `<p>${day}</p>${link(`/calendar?day=${day + 1}`)}`);
    const read = await (await site(paths)).read('/', { pages: 70, depth: 100 });
    expect(read.parts.length).toBeLessThan(40);
  });
});
