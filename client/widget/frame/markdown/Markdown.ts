import { type ComponentChild, Fragment, h } from 'preact';
import { type Block, type Inline, type ListBlock, parseMarkdown } from './parse.ts';

function inline(node: Inline): ComponentChild {
  switch (node.type) {
    case 'text':
      return node.text;
    case 'break':
      return h('br', null);
    case 'code':
      return h('code', null, node.text);
    case 'link':
      return h(
        'a',
        { href: node.href, target: '_blank', rel: 'noopener noreferrer nofollow' },
        ...node.children.map(inline),
      );
    default:
      return h(node.type, null, ...node.children.map(inline));
  }
}

function list({ isOrdered, start, items }: ListBlock): ComponentChild {
  const content = items.map((item) => h('li', null, ...item.children.map(inline), ...item.lists.map(list)));
  return isOrdered ? h('ol', { start }, ...content) : h('ul', null, ...content);
}

function block(entry: Block): ComponentChild {
  switch (entry.type) {
    case 'code':
      // What scrolls sideways must be reachable by keyboard.
      return h('pre', { tabIndex: 0 }, h('code', null, entry.text));
    case 'list':
      return list(entry);
    case 'quote':
      return h('blockquote', null, ...entry.children.map(inline));
    case 'heading':
      return h('p', null, h('strong', null, ...entry.children.map(inline)));
    default:
      return h('p', null, ...entry.children.map(inline));
  }
}

/** Formatted text, made of nodes: nothing in `text` can become markup. */
export function Markdown({ text }: { text: string }) {
  return h(Fragment, null, ...parseMarkdown(text).map(block));
}
