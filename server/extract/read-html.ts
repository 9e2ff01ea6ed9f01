import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { refuseEndlessHtml } from './html-limits.ts';
import { type HtmlElement, inlineText, writeHtml } from './html-text.ts';
import { languageOf, nameWithoutEnding, newBuilder, type ReadDocument, type Reading, wholePart } from './reading.ts';

/** What a crawler needs of a page besides its text. */
export interface PageFacts {
  /** Absolute addresses without their fragments, in the order of the page; none when the page says not to follow. */
  links: string[];
  /** The address the page says is its own. */
  canonical: string | null;
  /** The page asks not to be indexed. */
  noindex: boolean;
}

interface HtmlDocument extends HtmlElement {
  documentElement: HtmlElement | null;
  body: HtmlElement | null;
}

/** Readability's time grows faster than the page. */
const readabilityCharsMax = 500_000;
const furniture =
  'nav,footer,aside,form[role=search],[role=navigation],[role=banner],[role=contentinfo],[role=search],[role=dialog],' +
  '[aria-modal=true],body > header,.cookie-banner,#cookie-banner,.skip-link,.breadcrumb,.breadcrumbs,.visually-hidden-focusable';

/** A web page or an HTML file: its main part when that can be told from what surrounds it, else all of it. */
export function readHtml(html: string, reading: Reading, url?: string): ReadDocument & { page: PageFacts } {
  refuseEndlessHtml(html);
  const document = parse(html);
  const page = pageFacts(document, url);
  const language = languageOf(document.documentElement?.getAttribute('lang'));
  const title = titleOf(document);
  const content = mainContent(document, html);
  const builder = newBuilder(reading);
  writeHtml(builder, content);
  const part = { ...wholePart(title ?? nameWithoutEnding(reading.name), builder), url: url ?? null };
  return { title, language, parts: [part], page };
}

/** A fragment that a converter made, all of it: nothing in it is furniture. */
export function readFragment(html: string, reading: Reading): ReturnType<typeof newBuilder> {
  const builder = newBuilder(reading);
  const { body } = parse(`<!doctype html><html><body>${html}</body></html>`);
  if (body) writeHtml(builder, body);
  return builder;
}

function parse(html: string): HtmlDocument {
  const whole = /<(?:html|body)[\s>]/i.test(html) ? html : `<!doctype html><html><body>${html}</body></html>`;
  return parseHTML(whole).document as unknown as HtmlDocument;
}

function titleOf(document: HtmlDocument): string | null {
  const heads = [...document.querySelectorAll('h1')].map(inlineText).filter(Boolean);
  const named = document.querySelector('title');
  const title = (named?.textContent ?? '').replace(/\s+/g, ' ').trim();
  const social = document.querySelector('meta[property="og:title"]')?.getAttribute('content')?.trim() ?? '';
  if (title === '') return social || heads[0] || null;
  // Site names stand before or after the page's own title; the page's heading says which of them it is.
  const own = heads.find((head) => head.length > 2 && title.includes(head));
  return own ?? (social !== '' && title.includes(social) ? social : title);
}

function pageFacts(document: HtmlDocument, url: string | undefined): PageFacts {
  const directives = [...document.querySelectorAll('meta[name="robots" i],meta[name="confab" i]')]
    .map((meta) => meta.getAttribute('content') ?? '')
    .join(',')
    .toLowerCase();
  const noindex = /\b(noindex|none)\b/.test(directives);
  const nofollow = /\b(nofollow|none)\b/.test(directives);
  if (!url) return { links: [], canonical: null, noindex };
  const base = absolute(document.querySelector('base[href]')?.getAttribute('href'), url) ?? url;
  const canonical = absolute(document.querySelector('link[rel~="canonical" i]')?.getAttribute('href'), base);
  const links = new Set<string>();
  for (const anchor of nofollow ? [] : document.querySelectorAll('a[href],area[href]')) {
    if (/\bnofollow\b/i.test(anchor.getAttribute('rel') ?? '')) continue;
    const link = absolute(anchor.getAttribute('href'), base);
    if (link) links.add(link);
  }
  const refresh = document.querySelector('meta[http-equiv="refresh" i]')?.getAttribute('content') ?? '';
  const target = absolute(/url\s*=\s*["']?([^"']+)/i.exec(refresh)?.[1], base);
  if (target && !nofollow) links.add(target);
  return { links: [...links], canonical, noindex };
}

function absolute(href: string | null | undefined, base: string): string | null {
  if (!href) return null;
  try {
    const url = new URL(href.trim(), base);
    url.hash = '';
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}

function mainContent(document: HtmlDocument, html: string): HtmlElement {
  const body = document.body ?? document.documentElement ?? document;
  for (const element of [...document.querySelectorAll('script,style,noscript,template,svg,iframe')]) element.remove();
  const all = lengthOf(body);
  const isEnough = (element: HtmlElement | null | undefined): element is HtmlElement =>
    element !== null && element !== undefined && lengthOf(element) > Math.min(250, all * 0.5);
  const marked = document.querySelector('main') ?? document.querySelector('[role=main]');
  if (isEnough(marked)) return withoutFurniture(marked);
  const articles = [...document.querySelectorAll('article')];
  if (articles.length === 1 && isEnough(articles[0])) return withoutFurniture(articles[0]);
  const found = html.length < readabilityCharsMax ? readable(html) : undefined;
  const cleaned = withoutFurniture(body);
  // A page of short answers has little that readability takes for an article: then everything but menus is better.
  if (found && lengthOf(found) > lengthOf(cleaned) * 0.6) return found;
  return lengthOf(cleaned) > 0 ? cleaned : (parse(html).body ?? body);
}

function readable(html: string): HtmlElement | undefined {
  try {
    // Readability takes the document apart, so it gets one of its own.
    const article = new Readability(parse(html) as never, { keepClasses: false }).parse();
    const { body } = parse(`<!doctype html><html><body>${article?.content ?? ''}</body></html>`);
    return body ?? undefined;
  } catch {
    return undefined;
  }
}

function withoutFurniture(element: HtmlElement): HtmlElement {
  for (const piece of [...element.querySelectorAll(furniture)]) piece.remove();
  return element;
}

function lengthOf(element: HtmlElement): number {
  return (element.textContent ?? '').replace(/\s+/g, ' ').length;
}
