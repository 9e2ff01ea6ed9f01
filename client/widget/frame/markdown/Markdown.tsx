import type { ComponentChildren } from 'preact';
import { type Block, type Inline, type ListBlock, parseMarkdown } from './parse.ts';

function inline(nodes: readonly Inline[]): ComponentChildren {
  return nodes.map((node) => {
    switch (node.type) {
      case 'text':
        return node.text;
      case 'break':
        return <br />;
      case 'code':
        return <code>{node.text}</code>;
      case 'link':
        return (
          <a href={node.href} target="_blank" rel="noopener noreferrer nofollow">
            {inline(node.children)}
          </a>
        );
      default: {
        const Tag = node.type;
        return <Tag>{inline(node.children)}</Tag>;
      }
    }
  });
}

function list({ isOrdered, start, items }: ListBlock): ComponentChildren {
  const content = items.map((item) => (
    <li>
      {inline(item.children)}
      {item.lists.map(list)}
    </li>
  ));
  return isOrdered ? <ol start={start}>{content}</ol> : <ul>{content}</ul>;
}

function block(entry: Block): ComponentChildren {
  switch (entry.type) {
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
        <pre tabIndex={0}>
          <code>{entry.text}</code>
        </pre>
      );
    case 'list':
      return list(entry);
    case 'quote':
      return <blockquote>{inline(entry.children)}</blockquote>;
    case 'heading':
      return (
        <p>
          <strong>{inline(entry.children)}</strong>
        </p>
      );
    default:
      return <p>{inline(entry.children)}</p>;
  }
}

/** Formatted text, made of nodes: nothing in `text` can become markup. */
export function Markdown({ text }: { text: string }) {
  return <>{parseMarkdown(text).map(block)}</>;
}
