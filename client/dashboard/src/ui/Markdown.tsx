import { Fragment, memo, type ReactNode } from 'react';
// The widget's own reader, so that agents see a message formatted as its visitor does.
import { type Block, type Inline, type ListBlock, parseMarkdown } from '../../../widget/frame/markdown/parse.ts';

/** A text with the few kinds of formatting that chat messages have. */
export const Markdown = memo(function Markdown({ text, cite }: { text: string; cite?: Cite }) {
  const blocks = parseMarkdown(text).map((block) => drawBlock(block, cite));
  return <div className="flex flex-col gap-2">{keyed(blocks)}</div>;
});

/** What stands for the mark of a source, as in `[1]`; nothing: the mark stays text. */
export type Cite = ((number: number) => ReactNode) | undefined;

/** A message never changes, so the place of a part is its key. */
function keyed(nodes: readonly ReactNode[]): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: see above
  return nodes.map((node, index) => <Fragment key={index}>{node}</Fragment>);
}

function drawBlock(block: Block, cite: Cite): ReactNode {
  switch (block.type) {
    case 'code':
      return (
        <pre className="whitespace-pre-wrap break-words rounded-lg bg-canvas px-2.5 py-2 font-mono text-xs">
          <code>{block.text}</code>
        </pre>
      );
    case 'list':
      return drawList(block, cite);
    case 'quote':
      return (
        <blockquote className="border-line-strong border-l-2 pl-3 text-muted">
          {drawInline(block.children, cite)}
        </blockquote>
      );
    case 'heading':
      return <p className="font-semibold">{drawInline(block.children, cite)}</p>;
    default:
      return <p>{drawInline(block.children, cite)}</p>;
  }
}

function drawList({ isOrdered, start, items }: ListBlock, cite: Cite): ReactNode {
  const content = keyed(items.map((item) => drawItem(item, cite)));
  return isOrdered ? (
    <ol start={start} className="list-decimal pl-5">
      {content}
    </ol>
  ) : (
    <ul className="list-disc pl-5">{content}</ul>
  );
}

function drawItem({ children, lists }: ListBlock['items'][number], cite: Cite): ReactNode {
  return (
    <li>
      {drawInline(children, cite)}
      {keyed(lists.map((list) => drawList(list, cite)))}
    </li>
  );
}

const drawInline = (parts: readonly Inline[], cite: Cite): ReactNode =>
  keyed(parts.map((part) => drawPart(part, cite)));

function drawPart(part: Inline, cite: Cite): ReactNode {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'break':
      return <br />;
    case 'code':
      return <code className="rounded bg-canvas px-1 py-0.5 font-mono text-[0.92em]">{part.text}</code>;
    case 'mark':
      return cite?.(part.number) || `[${part.number}]`;
    case 'link':
      return (
        <a
          href={part.href}
          target="_blank"
          rel="noreferrer noopener nofollow"
          className="text-accent-fg underline underline-offset-2"
        >
          {drawInline(part.children, cite)}
        </a>
      );
    default: {
      const Tag = part.type;
      return <Tag>{drawInline(part.children, cite)}</Tag>;
    }
  }
}
