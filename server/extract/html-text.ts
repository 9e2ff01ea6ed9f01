import type { TextBuilder } from './text-builder.ts';

/** The little of the DOM that walking needs. */
export interface HtmlNode {
  nodeType: number;
  nodeName: string;
  textContent: string | null;
  childNodes: Iterable<HtmlNode>;
  parentNode: HtmlNode | null;
}

export interface HtmlElement extends HtmlNode {
  getAttribute(name: string): string | null;
  querySelector(selector: string): HtmlElement | null;
  querySelectorAll(selector: string): Iterable<HtmlElement>;
  remove(): void;
}

const silent = new Set(
  'SCRIPT STYLE NOSCRIPT TEMPLATE SVG MATH IFRAME OBJECT CANVAS VIDEO AUDIO HEAD SELECT TEXTAREA BUTTON INPUT DIALOG'.split(
    ' ',
  ),
);
const blocks = new Set(
  (
    'ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY CAPTION CENTER DD DETAILS DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM ' +
    'HEADER HGROUP HR HTML LEGEND MAIN NAV P SECTION SUMMARY'
  ).split(' '),
);
const depthMax = 400;
/** Tables up to this height stay tables, whole in one passage; the rows of longer ones carry their labels. */
const plainTableRows = 12;

/**
 * Writes a tree of HTML as text: headings, paragraphs, lists with dashes, tables with a line a row. What is hidden, and
 * what is a control, gives nothing.
 */
export function writeHtml(builder: TextBuilder, root: HtmlElement): void {
  const inline: string[] = [];

  function flush(): void {
    const text = collapse(inline.join(''));
    inline.length = 0;
    builder.block(text);
  }

  function walk(node: HtmlNode, depth: number): void {
    if (node.nodeType === 3) {
      inline.push(flat(node.textContent ?? ''));
      return;
    }
    if (node.nodeType !== 1 || depth > depthMax) return;
    const element = node as HtmlElement;
    const name = element.nodeName.toUpperCase();
    if (isSilent(element, name)) return;
    const heading = /^H([1-6])$/.exec(name);
    if (heading) {
      flush();
      builder.heading(Number(heading[1]), inlineText(element));
    } else if (name === 'BR') inline.push('\n');
    else if (name === 'PRE') {
      flush();
      builder.block((element.textContent ?? '').replace(/^\n/, ''));
    } else if (name === 'TABLE') {
      flush();
      writeTable(element, depth);
    } else if (name === 'UL' || name === 'OL') {
      flush();
      writeList(element, name === 'OL', depth);
    } else if (name === 'DL') {
      flush();
      writeDefinitions(element);
    } else if (blocks.has(name)) {
      flush();
      for (const child of element.childNodes) walk(child, depth + 1);
      flush();
    } else {
      for (const child of element.childNodes) walk(child, depth + 1);
    }
  }

  function writeList(list: HtmlElement, numbered: boolean, depth: number): void {
    const items = children(list).filter((child) => !isSilent(child, child.nodeName.toUpperCase()));
    const holdsMore = items.some((item) => item.querySelector('h1,h2,h3,h4,h5,h6,table,pre') !== null);
    if (holdsMore) {
      for (const item of items) {
        for (const child of item.childNodes) walk(child, depth + 1);
        flush();
      }
    } else builder.block(listLines(list, numbered, 0).join('\n'));
  }

  function writeDefinitions(list: HtmlElement): void {
    let lines: string[] = [];
    let lastWas = '';
    for (const element of list.querySelectorAll('dt,dd')) {
      const name = element.nodeName.toUpperCase();
      if (name === 'DT' && lastWas === 'DD') {
        builder.block(lines.join('\n'));
        lines = [];
      }
      const text = inlineText(element);
      if (text !== '') lines.push(text);
      lastWas = name;
    }
    builder.block(lines.join('\n'));
  }

  function writeTable(table: HtmlElement, depth: number): void {
    const caption = children(table).find((child) => child.nodeName.toUpperCase() === 'CAPTION');
    if (caption) builder.block(inlineText(caption));
    const rows = rowsOf(table);
    const isLayout =
      table.querySelector('table,h1,h2,h3,h4,ul,ol,p + p') !== null || rows.every((row) => row.length < 2);
    if (isLayout && table.querySelector('th') === null) {
      for (const cell of rows.flat()) {
        for (const child of cell.childNodes) walk(child, depth + 1);
        flush();
      }
      return;
    }
    const head = rows[0]?.every((cell) => cell.nodeName.toUpperCase() === 'TH') ? rows[0].map(inlineText) : undefined;
    if (head && rows.length > plainTableRows) {
      for (const row of rows.slice(1)) {
        const cells = row.map((cell, column) => [head[column] ?? '', inlineText(cell)] as const);
        builder.block(cells.flatMap(([label, text]) => labelled(label, text)).join('\n'));
      }
    } else if (rows.length <= plainTableRows) {
      builder.block(rows.map((row) => row.map(inlineText).join('\t').trim()).join('\n'));
    } else for (const row of rows) builder.block(row.map(inlineText).join('\t'));
  }

  walk(root, 0);
  flush();
}

function labelled(label: string, text: string): string[] {
  if (text === '') return [];
  return [label === '' ? text : `${label}: ${text}`];
}

function listLines(list: HtmlElement, numbered: boolean, level: number): string[] {
  const lines: string[] = [];
  let number = Number(list.getAttribute('start') ?? 1) || 1;
  for (const item of children(list)) {
    if (isSilent(item, item.nodeName.toUpperCase())) continue;
    const nested = children(item).filter((child) => /^(UL|OL)$/i.test(child.nodeName));
    const own = collapse(
      [...item.childNodes].map((child) => (nested.includes(child as HtmlElement) ? '' : rawText(child))).join(''),
    );
    const mark = numbered ? `${number}.` : '-';
    if (own !== '') lines.push(`${'  '.repeat(level)}${mark} ${own.replace(/\n+/g, ' ')}`);
    if (level < 20) {
      for (const inner of nested) lines.push(...listLines(inner, /^OL$/i.test(inner.nodeName), level + 1));
    }
    number += 1;
  }
  return lines;
}

/** The rows of a table without those of tables inside it. */
function rowsOf(table: HtmlElement): HtmlElement[][] {
  const rows: HtmlElement[][] = [];
  for (const child of children(table)) {
    const name = child.nodeName.toUpperCase();
    if (name === 'TR') rows.push(cellsOf(child));
    if (/^(THEAD|TBODY|TFOOT)$/.test(name)) {
      for (const row of children(child)) if (row.nodeName.toUpperCase() === 'TR') rows.push(cellsOf(row));
    }
  }
  return rows.filter((row) => row.length > 0);
}

function cellsOf(row: HtmlElement): HtmlElement[] {
  return children(row).filter((cell) => /^T[HD]$/i.test(cell.nodeName));
}

function children(element: HtmlElement): HtmlElement[] {
  return [...element.childNodes].filter((child): child is HtmlElement => child.nodeType === 1);
}

function isSilent(element: HtmlElement, name: string): boolean {
  if (silent.has(name)) return true;
  if (element.getAttribute('hidden') !== null || element.getAttribute('aria-hidden') === 'true') return true;
  return /display\s*:\s*none|visibility\s*:\s*hidden/i.test(element.getAttribute('style') ?? '');
}

/** An element's text on one line. */
export function inlineText(element: HtmlElement): string {
  return collapse(rawText(element)).replace(/\n+/g, ' ');
}

function rawText(node: HtmlNode, depth = 0): string {
  if (node.nodeType === 3) return flat(node.textContent ?? '');
  if (node.nodeType !== 1 || depth > depthMax) return '';
  const name = node.nodeName.toUpperCase();
  if (isSilent(node as HtmlElement, name)) return '';
  if (name === 'BR') return '\n';
  const text = [...node.childNodes].map((child) => rawText(child, depth + 1)).join('');
  return blocks.has(name) || /^(LI|T[RHD])$/.test(name) ? `\n${text}\n` : text;
}

/** Line breaks in the source are blanks; only `<br>` makes one. */
function flat(text: string): string {
  return text.replace(/[\s\u00a0]+/g, ' ');
}

function collapse(text: string): string {
  return text
    .replace(/ *\n */g, '\n')
    .replace(/ {2,}/g, ' ')
    .trim();
}
