import { describe, expect, test } from 'vitest';
import { type Block, type Inline, parseInline, parseMarkdown, safeHref } from './parse.ts';
import { plainText } from './plain.ts';

/** The tree as a short notation, so that expectations stay readable. */
function show(nodes: readonly (Block | Inline)[]): string {
  return nodes
    .map((node) => {
      switch (node.type) {
        case 'text':
          return node.text;
        case 'break':
          return '<br>';
        case 'code':
          return `<code>${node.text}</code>`;
        case 'mark':
          return `<mark ${node.number}>`;
        case 'link':
          return `<a ${node.href}>${show(node.children)}</a>`;
        case 'list': {
          const tag = node.isOrdered ? `ol ${node.start}` : 'ul';
          return `<${tag}>${node.items.map((item) => `<li>${show(item.children)}${show(item.lists)}</li>`).join('')}</>`;
        }
        default:
          return `<${node.type}>${show(node.children)}</${node.type}>`;
      }
    })
    .join('');
}

const inline = (text: string) => show(parseInline(text));
const blocks = (text: string) => show(parseMarkdown(text));

describe('running text', () => {
  test.each([
    ['**bold** and *soft*', '<strong>bold</strong> and <em>soft</em>'],
    ['__bold__ and _soft_', '<strong>bold</strong> and <em>soft</em>'],
    ['**bold with *soft* inside**', '<strong>bold with <em>soft</em> inside</strong>'],
    ['~~gone~~', '<del>gone</del>'],
    ['`a * b`', '<code>a * b</code>'],
    ['one\ntwo', 'one<br>two'],
    ['[here](https://example.com/a?b=c)', '<a https://example.com/a?b=c>here</a>'],
    ['[**here**](https://example.com)', '<a https://example.com>**here**</a>'],
    ['see https://example.com/a, then', 'see <a https://example.com/a>https://example.com/a</a>, then'],
    ['(https://example.com)', '(<a https://example.com>https://example.com</a>)'],
    ['write to mailto:ann@example.com.', 'write to <a mailto:ann@example.com>ann@example.com</a>.'],
    ['Nine to five. [1][12]', 'Nine to five. <mark 1><mark 12>'],
    ['see [1] or [here](https://example.com)', 'see <mark 1> or <a https://example.com>here</a>'],
    ['[1](https://example.com), `a[1]`', '<a https://example.com>1</a>, <code>a[1]</code>'],
    ['[1234] [a1] [] [1', '[1234] [a1] [] [1'],
    ['[call](tel:+4930123)', '<a tel:+4930123>call</a>'],
  ])('%j becomes %s', (source, expected) => {
    expect(inline(source)).toBe(expected);
  });

  test.each([
    'snake_case_name and 2*3*4 = 24 * 1',
    'a * b * c',
    '** not bold **',
    '**open',
    '`open',
    '[no link](',
    '[no link]',
    'xhttps',
    '<b>markup</b> & <script>alert(1)</script>',
    'Ihttp://',
  ])('%j stays as it is typed, or is at most emphasised, never lost', (source) => {
    const text = inline(source).replace(/<\/?(em|strong)>/g, '*');
    expect(text.replace(/\*/g, '')).toBe(source.replace(/\*/g, ''));
  });

  test('takes a mark behind a backslash for a character', () => {
    expect(inline('\\*not soft\\* and \\[no link\\](x)')).toBe('*not soft* and [no link](x)');
  });

  test.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x]( javascript:alert(1))',
    '[x](java\nscript:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:x)',
    '[x](//example.com)',
    '[x](/path)',
    '[x](\u0001javascript:alert(1))',
    '[x](file:///etc/passwd)',
  ])('%j is no link', (source) => {
    expect(inline(source)).not.toContain('<a');
  });

  test('an address never carries a blank', () => {
    expect(safeHref('https://example.com/a b')).toBeNull();
    expect(safeHref('https://example.com/a\tb')).toBeNull();
  });
});

describe('blocks', () => {
  test('are paragraphs, headings, quotes and code', () => {
    expect(blocks('# Title\nfirst\nsecond\n\nthird\n> said\n> so\n```js\nlet *a*;\n\nb\n```\nend')).toBe(
      '<heading>Title</heading><paragraph>first<br>second</paragraph><paragraph>third</paragraph>' +
        '<quote>said<br>so</quote><code>let *a*;\n\nb</code><paragraph>end</paragraph>',
    );
  });

  test('code that has not ended yet, as in an answer that is still coming, is code', () => {
    expect(blocks('```\nlet a')).toBe('<code>let a</code>');
  });

  test('lists nest, count and go on over several lines', () => {
    expect(blocks('- one\n- two\n  more of two\n  1. inner\n  2. inner too\n- three\n\nafter')).toBe(
      '<ul><li>one</li><li>two<br>more of two<ol 1><li>inner</li><li>inner too</li></></li><li>three</li></>' +
        '<paragraph>after</paragraph>',
    );
  });

  test('an ordered list keeps the number it begins with', () => {
    expect(blocks('7. seven\n8. eight')).toBe('<ol 7><li>seven</li><li>eight</li></>');
  });

  test('lines of Windows and tabs change nothing', () => {
    expect(blocks('a\r\nb\r\n\r\n-\tc')).toBe('<paragraph>a<br>b</paragraph><ul><li>c</li></>');
  });
});

describe('a text made to hurt', () => {
  const size = 32_000;
  test.each([
    ['[', ''],
    ['*', ''],
    ['**a', ''],
    ['_a_', ''],
    ['`', ''],
    ['[a](', ''],
    ['[', '](https://example.com)'],
    ['![', ''],
    ['~~', ''],
    ['- ', ''],
    ['> ', 'x'],
    ['  - a\n', ''],
    ['1. \u2028', ''],
    ['# ', ''],
    [' ', '# x'],
    ['http://a)', ''],
    [`https://${')'.repeat(size)}`, 'a'],
    [`# a${' '.repeat(size)}`, 'b'],
    [`- ${' '.repeat(size)}\u2028`, 'b'],
    ['***a ', ''],
  ])('%#: repeated, it is read in a moment and loses no letter', (piece, tail) => {
    const source = (piece.length > size ? piece : piece.repeat(size / piece.length)) + tail;
    const startedAt = performance.now();
    const tree = parseMarkdown(source);
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(depthOf(tree)).toBeLessThan(20);
  });

  test('lists and emphasis nest only so far', () => {
    const lists = Array.from({ length: 200 }, (_, i) => `${' '.repeat(i * 2)}- x`).join('\n');
    expect(depthOf(parseMarkdown(lists))).toBeLessThan(20);
    expect(depthOf(parseMarkdown(`${'*_'.repeat(500)}x${'_*'.repeat(500)}`))).toBeLessThan(20);
  });
});

function depthOf(value: unknown): number {
  if (!value || typeof value !== 'object') return 0;
  const below = Object.values(value).map(depthOf);
  return (Array.isArray(value) ? 1 : 0) + Math.max(0, ...below);
}

test('a preview is the text alone, on one line', () => {
  expect(plainText('# Hi\n\n**We** found [it](https://example.com):\n- one\n- `two`\n\nBye')).toBe(
    'Hi We found it: one two Bye',
  );
  expect(plainText('Nine to five [1]. Not on Sundays. [2][3] `a[1]`')).toBe('Nine to five. Not on Sundays. a[1]');
});
