import { expect, test } from 'vitest';
import { pagesOfSitemaps } from './sitemaps.ts';

const start = 'https://shop.example/sitemap.xml';

/** What is found where the site answers so, with how often it was asked. */
async function read(answers: Record<string, string>, pagesMax = 100) {
  let asked = 0;
  const fetch = {
    async fetch(url: string) {
      asked += 1;
      const body = Buffer.from(answers[url] ?? '');
      return { url, status: answers[url] === undefined ? 404 : 200, headers: {}, body };
    },
  };
  const pages = await pagesOfSitemaps([start], { fetch, signal: new AbortController().signal, pagesMax });
  return { pages, asked };
}

test('pages are found in whatever form sitemaps name them', async () => {
  const xml = `<?xml version="1.0"?><urlset>
    <url><loc> https://shop.example/a?x=1&amp;y=2 </loc></url>
    <url><loc><![CDATA[ https://shop.example/b ]]></loc></url>
    <ns:url><ns:loc>\n https://shop.example/c\n</ns:loc></ns:url>
    <url><image:image><image:title>https://shop.example/no</image:title></image:image></url></urlset>`;
  const pages = ['https://shop.example/a?x=1&y=2', 'https://shop.example/b', 'https://shop.example/c'];
  expect((await read({ [start]: xml })).pages).toEqual(pages);
  const lines = `${pages[1]}\r\n  ${pages[2]} \n# no page\nftp://shop.example/no\n`;
  expect((await read({ [start]: lines })).pages).toEqual(pages.slice(1));
  const index = `<sitemapindex><sitemap><loc>https://shop.example/two.xml</loc></sitemap></sitemapindex>`;
  expect((await read({ [start]: index, 'https://shop.example/two.xml': xml })).pages).toEqual(pages);
});

test('no more is taken of a sitemap than is asked for', async () => {
  const many = '<urlset><loc>https://shop.example/a</loc><loc>https://shop.example/b</loc><loc>c</loc></urlset>';
  expect((await read({ [start]: many }, 2)).pages).toEqual(['https://shop.example/a', 'https://shop.example/b']);
  const index = Array.from({ length: 1_000 }, (_, n) => `<loc>https://shop.example/${n}.xml</loc>`).join('');
  expect((await read({ [start]: `<sitemapindex>${index}</sitemapindex>` })).asked).toBe(30);
});

test.each(['<loc>', '<loc> ', ' ', '<loc><![CDATA[', '<![CDATA[ ', ']]>', '<w:loc>', '<a', '</loc>', 'https://', '\n'])(
  'a sitemap full of %j holds nobody up',
  async (piece) => {
    const full = piece.repeat(Math.ceil(400_000 / piece.length));
    const startedAt = performance.now();
    for (const text of [full, `<loc>${full}`, `<loc>${full}x`, `x${full}`]) await read({ [start]: text });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  },
);
