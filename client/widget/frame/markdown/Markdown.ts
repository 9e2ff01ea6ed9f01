import { type ComponentChild, Fragment, h } from 'preact';
import { useMemo } from 'preact/hooks';
import { type Block, type Inline, type ListBlock, parseMarkdown } from './parse.ts';

/** What stands for the mark of a source; nothing: the mark stays text. */
export type Cite = ((number: number) => ComponentChild) | undefined;

const inlines = (nodes: readonly Inline[], cite: Cite) => nodes.map((node) => inline(node, cite));

function inline(node: Inline, cite: Cite): ComponentChild {
  switch (node.type) {
    case 'text':
      return node.text;
    case 'break':
      return h('br', null);
    case 'code':
      return h('code', null, node.text);
    case 'mark':
      return cite?.(node.number) ?? `[${node.number}]`;
    case 'link':
      return h(
        'a',
        { href: node.href, target: '_blank', rel: 'noopener noreferrer nofollow' },
        ...inlines(node.children, cite),
      );
    default:
      return h(node.type, null, ...inlines(node.children, cite));
  }
}

function list({ isOrdered, start, items }: ListBlock, cite: Cite): ComponentChild {
  const content = items.map((item) =>
    h('li', null, ...inlines(item.children, cite), ...item.lists.map((inner) => list(inner, cite))),
  );
  return isOrdered ? h('ol', { start }, ...content) : h('ul', null, ...content);
}

function block(entry: Block, cite: Cite): ComponentChild {
  switch (entry.type) {
    case 'code':
      // What scrolls sideways must be reachable by keyboard.
      return h('pre', { tabIndex: 0 }, h('code', null, entry.text));
    case 'list':
      return list(entry, cite);
    case 'quote':
      return h('blockquote', null, ...inlines(entry.children, cite));
    case 'heading':
      return h('p', null, h('strong', null, ...inlines(entry.children, cite)));
    default:
      return h('p', null, ...inlines(entry.children, cite));
  }
}

/** Formatted text, made of nodes: nothing in `text` can become markup. It is read again only when it changes. */
export function Markdown({ text, cite }: { text: string; cite?: Cite }) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return h(Fragment, null, ...blocks.map((entry) => block(entry, cite)));
}
