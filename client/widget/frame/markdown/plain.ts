import { type Inline, type ListBlock, parseMarkdown } from './parse.ts';

/** Stands for the mark of a source until the blanks before it are known. */
const gone = '\uE000';

/** The text alone, on one line, for a preview. */
export function plainText(source: string): string {
  const inline = (nodes: readonly Inline[]): string =>
    nodes
      .map((node) =>
        'text' in node ? node.text : 'children' in node ? inline(node.children) : node.type === 'mark' ? gone : ' ',
      )
      .join('');
  const list = (block: ListBlock): string =>
    block.items.map((item) => [inline(item.children), ...item.lists.map(list)].join(' ')).join(' ');
  return parseMarkdown(source)
    .map((block) => ('text' in block ? block.text : block.type === 'list' ? list(block) : inline(block.children)))
    .join(' ')
    .replace(/ ?\uE000/g, '')
    .trim();
}
