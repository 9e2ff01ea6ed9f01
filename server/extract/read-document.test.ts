import { describe, expect, test } from 'vitest';
import { defaultLimits, type Limits } from './extracted.ts';
import { readDocument } from './read-document.ts';
import { beginReading } from './reading.ts';
import { farEasternFont, makeDocx, makePdf, makeXlsx, makeZip, wordParagraph } from './testing/make-files.ts';

function read(bytes: Buffer | string, name = 'file', limits: Partial<Limits> = {}) {
  return readDocument(Buffer.from(bytes), beginReading({ name, limits: { ...defaultLimits, ...limits } }));
}

const textOf = async (bytes: Buffer | string, name?: string) => (await read(bytes, name)).parts[0]!.text;
const reasonOf = (bytes: Buffer | string, name?: string, limits?: Partial<Limits>) =>
  read(bytes, name, limits).then(
    () => 'it was read',
    (error: { reason: string }) => error.reason,
  );

describe('text', () => {
  const samples: [string, string, string][] = [
    ['utf16le', 'utf-16le', 'Größe und Öffnungszeiten\nam Samstag'],
    ['latin1', 'windows-1252', 'Die Öffnungszeiten für größere Räume: täglich außer Samstag. Grüße aus München.'],
  ];
  test.each(samples)('in %s is decoded', async (encoding, _, text) => {
    expect(await textOf(Buffer.from(text, encoding as BufferEncoding))).toBe(text);
  });

  test.each([
    ['Shift_JIS', '89638bc68e9e8ad482cd89bd8e9e82c582b782a98148834983748342835882cd96889 3fa'],
    ['GB18030', 'd3aad2b5cab1bce4cac7cab2c3b4a3bfb0ecb9abcad2c3bfccecc9cfceebbec5b5e3bfaac3c5a1a3'],
    [
      'windows-1251',
      'cae0eae8e520f7e0f1fb20f0e0e1eef2fb3f20cef4e8f120eef2eaf0fbf220eae0e6e4fbe920e4e5edfc20f120e4e5e2fff2e820f3f2f0e02e',
    ],
  ])('in %s is told from other encodings', async (encoding, hex) => {
    const bytes = Buffer.from(hex.replace(/\s/g, ''), 'hex');
    expect(await textOf(bytes)).toBe(new TextDecoder(encoding.toLowerCase()).decode(bytes));
  });

  test('keeps paragraphs, and takes underlined lines for headings', async () => {
    const { parts } = await read('Hours\n=====\n\nWe are open.\nDaily.\n\n\nCome in.\n');
    expect(parts[0]!.text).toBe('Hours\n\nWe are open.\nDaily.\n\nCome in.');
    expect(parts[0]!.headings).toEqual([{ offset: 0, level: 1, text: 'Hours' }]);
  });

  test('loses what no database takes and nobody sees', async () => {
    expect(await textOf('a\u00adb\u200bc \u0007d ﬁn')).toBe('abc d fin');
  });
});

describe('Markdown', () => {
  test('gives headings, lists, tables and code without their marks', async () => {
    const source =
      '---\ntitle: Guide\nlang: de\n---\n# Start\n\nA *good* [page](https://x.test).\n\n- one\n- two\n  1. deep\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```sh\nrun  it\n```\n';
    const { title, language, parts } = await read(source, 'guide.md');
    expect([title, language]).toEqual(['Guide', 'de']);
    expect(parts[0]!.text).toBe('Start\n\nA good page.\n\n- one\n- two\n  1. deep\n\na\tb\n1\t2\n\nrun it');
    expect(parts[0]!.headings).toEqual([{ offset: 0, level: 1, text: 'Start' }]);
  });
});

describe('HTML', () => {
  const page = `<!doctype html><html lang="fr-FR"><head><title>Prices | Shop</title><style>p{}</style></head><body>
    <nav><a href="/">Home</a></nav><main><h1>Prices</h1><p>Bread is&nbsp;<b>3</b> €.<br>Daily.</p><p hidden>secret</p>
    <script>evil()</script><h2>Cakes</h2><ul><li>Plum</li><li>Apple<ul><li>warm</li></ul></li></ul>
    <table><tr><th>Size</th><th>Price</th></tr><tr><td>S</td><td>4</td></tr></table></main><footer>Imprint</footer></body></html>`;

  test('is refused with a reason where it is nested or goes on without end, at once', async () => {
    const deep = `<html><body>${'<div>'.repeat(100_000)}x${'</div>'.repeat(100_000)}</body></html>`;
    expect(await reasonOf(deep, 'a.html')).toContain('nested more than 2,000 deep');
    expect(await reasonOf(`<html><body>${'<i></i>'.repeat(1_000_001)}</body></html>`, 'a.html')).toContain('million');
  });

  test('is read where what looks deep is a script, a comment, or ends by what follows', async () => {
    const odd = `<script>${'"<div>"+'.repeat(3_000)}1</script><!--${'<div>'.repeat(3_000)}-->${'<p>word '.repeat(3_000)}`;
    const [part] = (await read(`<html><body>${odd}</body></html>`, 'a.html')).parts;
    expect(part!.text.match(/word/g)).toHaveLength(3_000);
  });

  test('gives the main part, with headings, lists and tables', async () => {
    const { title, language, parts } = await read(page, 'x.bin');
    expect([title, language]).toEqual(['Prices', 'fr']);
    expect(parts[0]!.text).toBe(
      'Prices\n\nBread is 3 €.\nDaily.\n\nCakes\n\n- Plum\n- Apple\n  - warm\n\nSize\tPrice\nS\t4',
    );
    expect(
      parts[0]!.headings.map(({ level, text, offset }) => [level, text, parts[0]!.text.slice(offset, offset + 5)]),
    ).toEqual([
      [1, 'Prices', 'Price'],
      [2, 'Cakes', 'Cakes'],
    ]);
  });

  test('believes its own charset', async () => {
    const html = Buffer.from(
      '<html><head><meta charset="windows-1252"></head><body><p>Caf\xe9</p></body></html>',
      'latin1',
    );
    expect(await textOf(html)).toBe('Café');
  });

  test('of a long table gives rows that carry their labels', async () => {
    const rows = Array.from({ length: 20 }, (_, index) => `<tr><td>Item ${index}</td><td>${index} €</td></tr>`).join(
      '',
    );
    const text = await textOf(`<html><body><table><tr><th>Name</th><th>Price</th></tr>${rows}</table></body></html>`);
    expect(text.split('\n\n')[19]).toBe('Name: Item 19\nPrice: 19 €');
  });
});

describe('tables of values', () => {
  test.each([
    ['commas and quotes', 'name,note\nAnn,"a, ""b""\nc"\nBob,\n', 'name: Ann\nnote: a, "b"\nc\n\nname: Bob'],
    [
      'semicolons and decimal commas',
      'Artikel;Preis\nBrot;3,50\nTee;2,10\n',
      'Artikel: Brot\nPreis: 3,50\n\nArtikel: Tee\nPreis: 2,10',
    ],
    ['tabs and leading zeros', 'id\tzip\n007\t08123\n', 'id: 007\nzip: 08123'],
    ['a stated separator', 'sep=|\na|b\n1|2\n', 'a: 1\nb: 2'],
    ['old Mac line ends', 'a,b\r1,2\r3,4', 'a: 1\nb: 2\n\na: 3\nb: 4'],
    ['blanks before quotes', 'a, b\n1, "2, 3"\n', 'a: 1\nb: 2, 3'],
    [
      'a title above the header',
      'Sales of May,,\n\nCity,Shop,Sum\nRome,A,5\nOslo,B,6\n',
      'Sales of May\n\nCity: Rome\nShop: A\nSum: 5\n\nCity: Oslo\nShop: B\nSum: 6',
    ],
    [
      'a header of two rows',
      'Region,Sales,\n,2024,2025\nNorth,1,2\nSouth,3,4\nWest,5,6\n',
      'Region: North\nSales 2024: 1\n2025: 2\n\nRegion: South\nSales 2024: 3\n2025: 4\n\nRegion: West\nSales 2024: 5\n2025: 6',
    ],
    ['no header', '1,null,0\n2,0,null\n', '1\tnull\t0\n\n2\t0\tnull'],
    ['a quote that never closes', 'a,b\n1,"2\n3,4\n', 'a: 1\nb: "2\n\na: 3\nb: 4'],
  ])('are read with %s', async (_, source, text) => {
    expect(await textOf(source, 'table.csv')).toBe(text);
  });

  test('are known without a name by their even rows', async () => {
    expect(await textOf('id;name\n1;Ann\n2;Bob\n3;Cy\n')).toContain('id: 2\nname: Bob');
  });
});

describe('JSON', () => {
  test('gives paths and values, a block for each record', async () => {
    expect(await textOf('[{"q":"Open?","a":"Yes"},{"q":"Sunday?","a":null}]')).toBe('q: Open?\na: Yes\n\nq: Sunday?');
    expect(await textOf('{"shop":{"hours":[{"day":"Mo","from":9}],"tags":["a","b"]}}')).toBe(
      'shop.hours[1].day: Mo\nshop.hours[1].from: 9\nshop.tags: a, b',
    );
  });

  test('is read line by line as well', async () => {
    expect(await textOf('{"a":1}\n{"a":2,"b":"x"}\n')).toBe('a: 1\n\na: 2\nb: x');
  });

  test('nested without end is refused', async () => {
    expect(await reasonOf(`{"a":${'['.repeat(5_000)}1${']'.repeat(5_000)}}`)).toContain('nested too deeply');
  });
});

describe('Word documents', () => {
  test('give headings, paragraphs and tables', async () => {
    const cell = (text: string) => `<w:tc>${wordParagraph(text)}</w:tc>`;
    const table = `<w:tbl><w:tr>${cell('A')}${cell('B')}</w:tr><w:tr>${cell('C')}${cell('D')}</w:tr></w:tbl>`;
    const styles =
      '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>';
    const body = wordParagraph('Returns', 'Heading1') + wordParagraph('Within 30 days.') + table;
    const docx = makeDocx(body, {
      'word/styles.xml': styles,
      'word/_rels/document.xml.rels':
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>',
      'docProps/core.xml':
        '<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title>Handbook</dc:title><dc:language>de-AT</dc:language></cp:coreProperties>',
    });
    const { title, language, parts } = await read(docx);
    expect([title, language]).toEqual(['Handbook', 'de']);
    expect(parts[0]!.text).toBe('Returns\n\nWithin 30 days.\n\nA\tB\nC\tD');
    expect(parts[0]!.headings).toEqual([{ offset: 0, level: 1, text: 'Returns' }]);
  });
});

describe('workbooks', () => {
  const styles = (codes: string, ids: number[]) => ({
    'xl/styles.xml': `<styleSheet><numFmts>${codes}</numFmts><cellXfs>${ids.map((id) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs></styleSheet>`,
  });
  const inline = (reference: string, text: string) => `<c r="${reference}" t="inlineStr"><is><t>${text}</t></is></c>`;

  test('give a part for each sheet that is shown, with dates and shares as people see them', async () => {
    const rows = `<row r="1">${inline('A1', 'Day')}${inline('B1', 'Share')}${inline('C1', 'Time')}</row>
      <row r="2"><c r="A2" s="1"><v>46347</v></c><c r="B2" s="2"><v>0.25</v></c><c r="C2" s="3"><v>0.395833333333333</v></c></row>`;
    const bytes = makeXlsx(
      [
        { name: 'May', rows },
        { name: 'Secret', rows, state: 'hidden' },
      ],
      styles('<numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>', [0, 164, 9, 20]),
    );
    const { parts, warnings } = await read(bytes);
    expect(parts.map(({ title, text }) => [title, text])).toEqual([
      ['May', 'Day: 2026-11-21\nShare: 25%\nTime: 09:30'],
    ]);
    expect(warnings).toEqual(['A hidden sheet was left out.']);
  });

  test('give shared strings without their pronunciation, and floats without their tails', async () => {
    const rows =
      '<row><c t="s"><v>0</v></c><c t="inlineStr"><is><t>n</t></is></c></row><row><c t="str"><v>x</v></c><c><v>0.30000000000000004</v></c></row>';
    const strings = '<sst><si><r><t>東</t></r><r><t>京</t></r><rPh><t>トウキョウ</t></rPh></si></sst>';
    const bytes = makeXlsx([{ name: 'S', rows }], { 'xl/sharedStrings.xml': strings });
    expect(await textOf(bytes)).toBe('東京: x\nn: 0.3');
  });
});

describe('presentations', () => {
  test('give a part for each slide, in their order', async () => {
    const slide = (title: string, text: string) =>
      `<p:sld xmlns:p="p" xmlns:a="a"><p:sp><p:nvPr><p:ph type="title"/></p:nvPr><a:p><a:r><a:t>${title}</a:t></a:r></a:p></p:sp><p:sp><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:sp></p:sld>`;
    const { parts } = await read(
      makeZip({
        'ppt/presentation.xml':
          '<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId id="9" r:id="b"/><p:sldId r:id="a" id="8"/></p:sldIdLst></p:presentation>',
        'ppt/_rels/presentation.xml.rels':
          '<Relationships><Relationship Id="a" Type="/slide" Target="slides/slide1.xml"/><Relationship Id="b" Type="/slide" Target="slides/slide2.xml"/></Relationships>',
        'ppt/slides/slide1.xml': slide('Second', 'two'),
        'ppt/slides/slide2.xml': slide('First', 'one'),
      }),
    );
    expect(parts.map(({ page, title, text }) => [page, title, text])).toEqual([
      [1, 'First', 'First\n\none'],
      [2, 'Second', 'Second\n\ntwo'],
    ]);
  });
});

describe('PDF', () => {
  const prose = (first: number) =>
    [
      'The parcel is delivered within two working days to every ad-',
      'dress in the country, and the driver rings twice before he',
      'leaves a note.',
    ].map((text, index) => ({ text, y: first - index * 14 }));

  test('gives pages with joined lines, hyphenated words too, and headings by the size of their letters', async () => {
    const { parts, title } = await read(
      makePdf(
        [[{ text: 'Delivery', y: 780, size: 20 }, ...prose(740)], prose(740)],
        '/Info << /Title (Terms of sale) >>',
      ),
    );
    const text =
      'The parcel is delivered within two working days to every address in the country, and the driver rings twice before he leaves a note.';
    expect(title).toBe('Terms of sale');
    expect(parts.map((part) => [part.page, part.text])).toEqual([
      [1, `Delivery\n\n${text}`],
      [2, text],
    ]);
    expect(parts[0]!.headings).toEqual([{ offset: 0, level: 1, text: 'Delivery' }]);
  });

  test('sorts the cells of a row by their places, whatever their order in the file', async () => {
    const row = (y: number, name: string, sum: string) => [
      { text: sum, x: 400, y },
      { text: name, x: 72, y },
    ];
    expect(await textOf(makePdf([[...row(700, 'Bread', '3.50'), ...row(686, 'Tea', '2.10')]]))).toBe(
      'Bread 3.50\nTea 2.10',
    );
  });

  test('reads one column after the other', async () => {
    const column = (x: number, word: string) =>
      [0, 1, 2, 3].map((line) => ({ text: `${word} ${line} goes on over the line and`, x, y: 700 - line * 14 }));
    expect(await textOf(makePdf([[...column(72, 'left'), ...column(320, 'right')]]))).toMatch(/left 3 [\s\S]*right 0/);
  });

  test('drops running headers and page numbers after their first page', async () => {
    const page = (number: number) => [
      { text: 'Annual report of the society', y: 810 },
      { text: `What page ${'abcd'[number]} says stands here.`, y: 740 },
      { text: `Page ${number}`, y: 30 },
    ];
    const { parts } = await read(makePdf([1, 2, 3, 4].map(page)));
    expect(parts.map(({ text }) => [text.includes('Annual'), text.includes('Page')])).toEqual([
      [true, true],
      [false, false],
      [false, false],
      [false, false],
    ]);
  });

  test.each([
    ['Japan1', '90ms-RKSJ-H', 'shift_jis', '89638bc68e9e8ad4'],
    ['GB1', 'GBK-EUC-H', 'gb18030', 'd3aad2b5cab1bce4'],
    ['CNS1', 'ETen-B5-H', 'big5', 'c0e7b77eaec9b6a1'],
    ['Korea1', 'KSCms-UHC-H', 'euc-kr', 'bfb5bef7bdc3b0a3'],
    ['GB1', 'UniGB-UCS2-H', 'utf-16be', '84254e1a65f695f4'],
  ])('gives the letters of a font of %s that is not in it, in %s', async (collection, encoding, label, hex) => {
    const text = Buffer.from(hex, 'hex');
    const pdf = makePdf([[{ text, y: 700 }]], '', farEasternFont(collection, encoding));
    expect(await textOf(pdf)).toBe(new TextDecoder(label).decode(text));
  });

  test('without text is called a scan', async () => {
    expect(await reasonOf(makePdf([[], []]))).toMatch(/scan.*OCR/);
  });

  test('names the pages without text', async () => {
    expect((await read(makePdf([prose(740), []]))).warnings).toEqual(['Page 2 has no text; it is empty or a picture.']);
  });

  test('that is damaged beyond repair says so', async () => {
    expect(await reasonOf(`%PDF-1.4\n${'x'.repeat(500)}`)).toContain('damaged');
  });

  test('with more pages than allowed names the limit', async () => {
    expect(await reasonOf(makePdf([prose(740), prose(740)]), 'x.pdf', { pagesMax: 1 })).toContain(
      'more than the 1 pages',
    );
  });
});

describe('what is not read', () => {
  const ole = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ...Buffer.alloc(600)]);
  test.each<[string, Buffer | string, string]>([
    ['an empty file', '', 'The file is empty'],
    ['blanks', ' \n\n ', 'no text'],
    ['a picture named as a document', Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2]), 'picture'],
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]), 'program'],
    [
      'bytes of no kind',
      Buffer.from(Array.from({ length: 999 }, (_, index) => ((index * 7919) % 251) % 9)),
      'not read',
    ],
    ['rich text', '{\\rtf1 hello}', 'RTF'],
    ['an archive', makeZip({ 'a.txt': 'x' }), 'Unpack it'],
    ['an OpenDocument text', makeZip({ mimetype: 'application/vnd.oasis.opendocument.text' }), 'Save it as DOCX'],
    ['an old Word file', Buffer.concat([ole, Buffer.from('WordDocument', 'utf16le')]), 'old Word format'],
    ['an Office file with a password', Buffer.concat([ole, Buffer.from('EncryptedPackage', 'utf16le')]), 'password'],
    ['a cut-off Office file', makeDocx(wordParagraph('x')).subarray(0, 300), 'damaged'],
    ['a Word file with broken XML', makeDocx('<w:p><w:r>'), 'damaged'],
  ])('%s is refused with what to do', async (_, bytes, said) => {
    expect(await reasonOf(bytes, 'report.docx')).toContain(said);
  });

  test('a file beyond the size limit is refused', async () => {
    expect(await reasonOf('x'.repeat(2_000), 'a.txt', { fileBytesMax: 1_000 })).toContain('larger than');
  });

  test('text beyond its limit is refused', async () => {
    expect(await reasonOf('word '.repeat(500), 'a.txt', { textCharsMax: 1_000 })).toContain('1,000 characters');
  });

  test('a ZIP bomb is stopped by what it unfolds to, not by what it claims', async () => {
    const bomb = makeDocx(wordParagraph('x'), { 'word/media/a.xml': 'a'.repeat(30_000_000) });
    expect(bomb.length).toBeLessThan(100_000);
    expect(await reasonOf(bomb, 'x.docx', { inflatedBytesMax: 5_000_000 })).toContain('unfolds to more than');
    const lying = makeZip({ 'word/document.xml': 'a'.repeat(30_000_000) }, 100);
    expect(await reasonOf(lying, 'x.docx')).toMatch(/damaged|unfolds/);
  });
});
