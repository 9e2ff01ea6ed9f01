import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getDocumentProxy, getResolvedPDFJS } from 'unpdf';
import { ExtractionError, limitReasons } from '../extracted.ts';
import { languageOf, newBuilder, type ReadDocument, type Reading, soleHeading } from '../reading.ts';
import { type Block, blocksOf } from './blocks.ts';
import { headingLevels } from './heading-levels.ts';
import { type Line, linesOf, type TextItem } from './lines.ts';
import { dropRepeated } from './repeated.ts';

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;

const damaged = 'The PDF is damaged and cannot be read. Save or print it to PDF anew and upload that.';
const locked = 'The PDF is protected by a password. Save it without one and upload that.';
const scanned =
  'The PDF has no text in it; it is probably a scan, pictures of pages. Run text recognition (OCR) on it, or upload the original.';
const unreadable =
  'The letters of the PDF cannot be told, since its fonts do not say which they are. Export it anew from the program it was made with.';

/** PDF, a part for each page that has text. @throws ExtractionError */
export async function readPdf(bytes: Buffer, reading: Reading): Promise<ReadDocument> {
  const document = await open(bytes);
  try {
    if (document.numPages > reading.limits.pagesMax) throw new ExtractionError(limitReasons.pages(reading.limits));
    const pages = dropRepeated(await readLines(document, reading));
    const blocks = pages.map(blocksOf);
    assertReadable(blocks.flat());
    const outline = await outlineOf(document);
    const facts = await factsOf(document);
    const levelOf = headingLevels(blocks.flat(), outline);
    const parts: ReadDocument['parts'] = [];
    blocks.forEach((pageBlocks, index) => {
      const builder = newBuilder(reading);
      for (const block of pageBlocks) {
        const level = levelOf(block);
        if (level === null) builder.block(block.text);
        else builder.heading(level, block.text);
      }
      const page = index + 1;
      if (builder.isEmpty) return;
      parts.push({ title: `Page ${page}`, page, url: null, text: builder.text, headings: builder.headings });
    });
    warnOfEmptyPages(pages, reading);
    if (facts.forbidsCopying) {
      reading.warnings.push(
        'The PDF asks programs not to copy its text. It was read all the same, since you uploaded it.',
      );
    }
    const heading = soleHeading(parts.flatMap(({ headings }) => headings));
    const named = heading !== null && isTitle(heading) ? heading : null;
    return { title: facts.title ?? named, language: facts.language, parts };
  } finally {
    await document.destroy();
  }
}

/** What PDFs call the encodings of Chinese, Japanese and Korean fonts that are not in the file. */
const cmapFolder = join(dirname(fileURLToPath(import.meta.url)), 'cmaps');

class CMapReaderFactory {
  async fetch({ name }: { name: string }): Promise<{ cMapData: Uint8Array; isCompressed: boolean }> {
    if (!/^[\w-]+$/.test(name)) throw new Error('There is no such encoding.');
    return { cMapData: new Uint8Array(await readFile(join(cmapFolder, `${name}.bcmap`))), isCompressed: true };
  }
}

async function open(bytes: Buffer): Promise<PdfDocument> {
  try {
    return await getDocumentProxy(new Uint8Array(bytes), {
      verbosity: 0,
      disableFontFace: true,
      stopAtErrors: false,
      CMapReaderFactory,
    });
  } catch (error) {
    throw new ExtractionError((error as Error).name === 'PasswordException' ? locked : damaged);
  }
}

/** One word alone is more often a label than a title. */
function isTitle(text: string): boolean {
  return text.length < 100 && /\p{L}\s+\S|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{4}/u.test(text);
}

async function readLines(document: PdfDocument, reading: Reading): Promise<Line[][]> {
  const pages: Line[][] = [];
  let chars = 0;
  let failed = 0;
  for (let number = 1; number <= document.numPages; number += 1) {
    let lines: Line[] = [];
    try {
      const page = await document.getPage(number);
      const content = await page.getTextContent();
      lines = linesOf((content.items as object[]).filter((item): item is TextItem => 'str' in item));
      page.cleanup();
    } catch {
      failed += 1;
    }
    pages.push(lines);
    for (const line of lines) chars += line.text.length;
    if (chars > reading.limits.textCharsMax) throw new ExtractionError(limitReasons.text(reading.limits));
    reading.progress(number, document.numPages);
  }
  if (failed === document.numPages) throw new ExtractionError(damaged);
  if (failed > 0) reading.warnings.push(`${failed} of ${document.numPages} pages are damaged and were left out.`);
  return pages;
}

function assertReadable(blocks: Block[]): void {
  const text = blocks.map((block) => block.text).join('\n');
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what a font without names gives
  const unknown = text.match(/[\ufffd\ue000-\uf8ff\u0000-\u0008\u000e-\u001f]/g)?.length ?? 0;
  if (unknown > 20 && unknown > letters) throw new ExtractionError(unreadable);
  if (letters === 0) throw new ExtractionError(scanned);
}

function warnOfEmptyPages(pages: Line[][], reading: Reading): void {
  const empty = pages.flatMap((lines, index) => (lines.length === 0 ? [index + 1] : []));
  if (empty.length === 0) return;
  const named = empty.length > 12 ? `${empty.slice(0, 12).join(', ')} and ${empty.length - 12} more` : empty.join(', ');
  reading.warnings.push(
    empty.length === 1
      ? `Page ${named} has no text; it is empty or a picture.`
      : `Pages ${named} have no text; they are empty or pictures.`,
  );
}

interface OutlineEntry {
  title: string;
  items: OutlineEntry[];
}

/** The titles of the table of contents that readers show at the side, with their depth from 1. */
async function outlineOf(document: PdfDocument): Promise<Map<string, number>> {
  const levels = new Map<string, number>();
  const roots = ((await document.getOutline().catch(() => null)) ?? []) as OutlineEntry[];
  let waiting = roots.map((entry) => ({ entry, level: 1 }));
  while (waiting.length > 0 && levels.size < 5_000) {
    for (const { entry, level } of waiting) if (!levels.has(entry.title)) levels.set(entry.title, level);
    waiting = waiting.flatMap(({ entry, level }) => entry.items.map((inner) => ({ entry: inner, level: level + 1 })));
  }
  return levels;
}

async function factsOf(document: PdfDocument) {
  const { info } = (await document.getMetadata().catch(() => ({ info: {} }))) as { info: Record<string, unknown> };
  const permissions = await document.getPermissions().catch(() => null);
  const { PermissionFlag } = await getResolvedPDFJS();
  const title =
    typeof info.Title === 'string'
      ? info.Title.replace(/^Microsoft \w+ - /, '')
          .replace(/\s+/g, ' ')
          .trim()
      : '';
  const isName =
    title.length < 3 ||
    /^untitled/i.test(title) ||
    /\.(docx?|xlsx?|pptx?|pdf|html?|txt|md|indd|qxd|tex|dvi|ps|rtf|odt)$/i.test(title);
  return {
    title: isName ? null : title,
    language: languageOf(typeof info.Language === 'string' ? info.Language : null),
    forbidsCopying: permissions !== null && !permissions.includes(PermissionFlag.COPY),
  };
}
