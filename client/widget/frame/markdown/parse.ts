/** A piece of running text. */
export type Inline =
  | { type: 'text'; text: string }
  | { type: 'code'; text: string }
  | { type: 'strong' | 'em' | 'del'; children: Inline[] }
  | { type: 'link'; href: string; children: Inline[] }
  | { type: 'break' }
  /** As in `[1]`: which source the text before it is from. */
  | { type: 'mark'; number: number };

export interface ListItem {
  children: Inline[];
  /** Lists inside the item. */
  lists: ListBlock[];
}

export interface ListBlock {
  type: 'list';
  isOrdered: boolean;
  /** Number of the first item of an ordered list. */
  start: number;
  items: ListItem[];
}

export type Block =
  | { type: 'paragraph' | 'heading' | 'quote'; children: Inline[] }
  | { type: 'code'; text: string }
  | ListBlock;

/** Deeper nesting stays as it was typed. */
const depthMax = 5;

const listLine = /^( *)([-*+]|\d{1,9}[.)])\s+(.*)$/s;
const fence = /^ {0,3}(```|~~~)/;

/** Only addresses that lead somewhere by themselves; never a script. Null for all others. */
export function safeHref(address: string): string | null {
  return /^(https?:\/\/[^\s]+|mailto:[^\s]+|tel:[+\d][^\s]*)$/i.test(address) ? address : null;
}

/**
 * The subset of Markdown that answers use: paragraphs, headings, quotes, lists, code, emphasis, links. Everything else
 * is text. The result is a tree, never markup; the time taken grows with the length of the text, whatever it holds.
 */
export function parseMarkdown(source: string): Block[] {
  const lines = source.replace(/\r\n?/g, '\n').replace(/\t/g, '    ').split('\n');
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const endParagraph = () => {
    if (paragraph.length) blocks.push({ type: 'paragraph', children: parseInline(paragraph.join('\n')) });
    paragraph = [];
  };

  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const mark = fence.exec(line)?.[1];
    if (mark) {
      endParagraph();
      const code: string[] = [];
      for (i++; i < lines.length && !(lines[i] as string).trimStart().startsWith(mark); i++) {
        code.push(lines[i] as string);
      }
      blocks.push({ type: 'code', text: code.join('\n') });
    } else if (listLine.test(line)) {
      endParagraph();
      const first = i;
      // An item goes on in lines that are indented.
      while (i + 1 < lines.length && /^( *([-*+]|\d{1,9}[.)])\s| {2,}\S)/.test(lines[i + 1] as string)) i++;
      blocks.push(...parseLists(lines.slice(first, i + 1)));
    } else if (/^#{1,6}\s/.test(line)) {
      endParagraph();
      blocks.push({ type: 'heading', children: parseInline(line.replace(/^#+\s+/, '')) });
    } else if (/^>/.test(line)) {
      endParagraph();
      const quote = [line];
      while (lines[i + 1]?.startsWith('>')) quote.push(lines[++i] as string);
      blocks.push({ type: 'quote', children: parseInline(quote.map((text) => text.replace(/^>\s?/, '')).join('\n')) });
    } else if (line.trim()) paragraph.push(line.trim());
    else endParagraph();
  }
  endParagraph();
  return blocks;
}

function parseLists(lines: readonly string[]): ListBlock[] {
  const top: ListBlock[] = [];
  // The lists that are open, outermost first, each with the indent of its items.
  const open: { indent: number; list: ListBlock }[] = [];
  let text: string[] = [];
  const endItem = () => {
    const item = open.at(-1)?.list.items.at(-1);
    if (item && text.length) item.children = parseInline(text.join('\n'));
    text = [];
  };

  for (const line of lines) {
    const [, spaces, bullet, rest] = (listLine.exec(line) ?? []) as string[];
    if (bullet === undefined || spaces === undefined) {
      text.push(line.trim());
      continue;
    }
    endItem();
    const indent = spaces.length;
    const isOrdered = /\d/.test(bullet);
    while (open.length && indent < (open.at(-1)?.indent ?? 0)) open.pop();
    let list = open.at(-1);
    if (!list || (indent > list.indent + 1 && open.length < depthMax) || list.list.isOrdered !== isOrdered) {
      const isDeeper = list && indent > list.indent + 1;
      const made: ListBlock = { type: 'list', isOrdered, start: Number.parseInt(bullet, 10) || 1, items: [] };
      if (list && !isDeeper) open.pop();
      const parent = open.at(-1)?.list.items.at(-1);
      (parent ? parent.lists : top).push(made);
      list = { indent, list: made };
      open.push(list);
    }
    list.list.items.push({ children: [], lists: [] });
    text = [rest ?? ''];
  }
  endItem();
  return top;
}

const emphasis = [
  ['**', 'strong'],
  ['__', 'strong'],
  ['~~', 'del'],
  ['*', 'em'],
  ['_', 'em'],
] as const;

const special = /[\\`*_~[\nhHm]/g;
const bareAddress = /(?:https?:\/\/|mailto:)[^\s<>"'`]+/iy;
const wordBefore = /[\p{L}\p{N}]/u;

/** Running text; a line break stays one. */
export function parseInline(source: string, depth = 0): Inline[] {
  const out: Inline[] = [];
  let plain = '';
  // Where a mark was last found, so that a text full of openings is not searched to its end for each of them.
  const found = new Map<string, number>();
  const find = (mark: string, from: number): number => {
    const known = found.get(mark);
    if (known !== undefined && (known === -1 || known >= from)) return known;
    const at = source.indexOf(mark, from);
    found.set(mark, at);
    return at;
  };
  const push = (node: Inline) => {
    if (plain) out.push({ type: 'text', text: plain });
    plain = '';
    out.push(node);
  };

  let at = 0;
  while (at < source.length) {
    special.lastIndex = at;
    const next = special.exec(source)?.index ?? source.length;
    plain += source.slice(at, next);
    at = next;
    if (at >= source.length) break;
    const end = parseSpecial(source, at, depth, find, push);
    if (end > at) at = end;
    else if (source[at] === '\\' && /[\\`*_~[\]()#+.!>-]/.test(source[at + 1] ?? '')) {
      plain += source[at + 1];
      at += 2;
    } else {
      plain += source[at];
      at++;
    }
  }
  if (plain) out.push({ type: 'text', text: plain });
  return out;
}

/** Takes what begins at `at`; answers where it ends, or `at` when nothing does. */
function parseSpecial(
  source: string,
  at: number,
  depth: number,
  find: (mark: string, from: number) => number,
  push: (node: Inline) => void,
): number {
  const char = source[at] as string;
  if (char === '\n') {
    push({ type: 'break' });
    return at + 1;
  }
  if (char === '`') {
    const end = find('`', at + 1);
    if (end <= at + 1) return at;
    push({ type: 'code', text: source.slice(at + 1, end) });
    return end + 1;
  }
  if (char === '[') {
    const middle = depth < depthMax ? find('](', at) : -1;
    const end = middle < 0 ? -1 : find(')', middle);
    const label = source.slice(at + 1, middle);
    const href =
      end < 0 || label.includes('[') ? null : safeHref(source.slice(middle + 2, end).split(' ')[0] as string);
    const mark = /^\[(\d{1,3})\]/.exec(source.slice(at, at + 5));
    if (mark && !href) push({ type: 'mark', number: Number(mark[1]) });
    if (mark && !href) return at + mark[0].length;
    if (!href || !label) return at;
    push({ type: 'link', href, children: parseInline(label, depthMax) });
    return end + 1;
  }
  if (/[hm]/i.test(char)) {
    bareAddress.lastIndex = at;
    const isInWord = at > 0 && wordBefore.test(source[at - 1] as string);
    // What ends a sentence is not part of the address.
    let address = isInWord ? '' : (bareAddress.exec(source)?.[0] ?? '');
    while ('.,;:!?)]*_~'.includes(address.at(-1) ?? ' ')) address = address.slice(0, -1);
    const href = safeHref(address);
    if (!href || depth >= depthMax) return at;
    push({ type: 'link', href, children: [{ type: 'text', text: address.replace(/^mailto:/i, '') }] });
    return at + address.length;
  }
  for (const [mark, type] of emphasis) {
    if (!source.startsWith(mark, at) || depth >= depthMax) continue;
    const from = at + mark.length;
    const end = find(mark, from);
    const isInWord = mark[0] === '_' && at > 0 && wordBefore.test(source[at - 1] as string);
    if (end <= from || isInWord || /\s/.test(source[from] as string) || /\s/.test(source[end - 1] as string)) continue;
    push({ type, children: parseInline(source.slice(from, end), depth + 1) });
    return end + mark.length;
  }
  return at;
}
