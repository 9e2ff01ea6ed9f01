import { decodeText } from './decode-text.ts';
import { detectKind } from './detect-kind.ts';
import { countWords, type Extracted, ExtractionError, limitReasons } from './extracted.ts';
import { findOfficeMain } from './office.ts';
import type { PageFacts } from './read-html.ts';
import type { ReadDocument, Reading } from './reading.ts';
import { openZip } from './zip.ts';

const nothing = 'The file has no text in it. Upload one that has.';

/** A document as it was read, with what a crawler needs when it is a web page. */
export interface DocumentRead extends Extracted {
  page?: PageFacts;
}

/**
 * Reads a file by what it is, not by what it is called. For use inside the reading process: it may take long, take much
 * memory, or never end.
 * @throws ExtractionError
 */
export async function readDocument(
  bytes: Buffer,
  reading: Reading,
  web?: { url: string; charset: string | undefined },
): Promise<DocumentRead> {
  if (bytes.length > reading.limits.fileBytesMax) throw new ExtractionError(limitReasons.fileBytes(reading.limits));
  const read = await byKind(bytes, reading, web);
  const parts = read.parts.filter(({ text }) => text !== '').map((part, index) => ({ number: index + 1, ...part }));
  if (parts.length === 0) throw new ExtractionError(nothing);
  return {
    title: read.title,
    language: read.language,
    parts,
    wordCount: parts.reduce((sum, { text }) => sum + countWords(text), 0),
    warnings: reading.warnings,
    ...(read.page && { page: read.page }),
  };
}

/** Readers are loaded when they are needed, which makes short work of short texts. */
async function byKind(
  bytes: Buffer,
  reading: Reading,
  web: { url: string; charset: string | undefined } | undefined,
): Promise<ReadDocument & { page?: PageFacts }> {
  const kind = detectKind(bytes);
  if (kind === 'pdf') return (await import('./pdf/read-pdf.ts')).readPdf(bytes, reading);
  if (kind === 'parquet') return (await import('./read-parquet.ts')).readParquet(bytes, reading);
  if (kind === 'zip') return readOffice(bytes, reading);
  const declared = web?.charset ?? charsetIn(bytes) ?? /charset=["']?([\w-]+)/i.exec(reading.mediaType ?? '')?.[1];
  const { text } = decodeText(bytes, declared);
  if (text.trim() === '') throw new ExtractionError(nothing);
  return readByText(text, reading, web?.url);
}

async function readOffice(bytes: Buffer, reading: Reading): Promise<ReadDocument> {
  const zip = await openZip(bytes, reading.limits);
  const { kind, path } = await findOfficeMain(zip);
  if (kind === 'docx') return (await import('./read-docx.ts')).readDocx(zip, bytes, reading);
  if (kind === 'xlsx') return (await import('./read-xlsx.ts')).readXlsx(zip, path, reading);
  return (await import('./read-pptx.ts')).readPptx(zip, path, reading);
}

/** What an HTML page or an XML file says of its own encoding. */
function charsetIn(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 2_048).toString('latin1');
  const stated =
    /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i.exec(start) ?? /^<\?xml[^>]+encoding=["']([\w-]+)/i.exec(start);
  return stated?.[1];
}

async function readByText(text: string, reading: Reading, url: string | undefined) {
  if (looksLikeHtml(text)) return (await import('./read-html.ts')).readHtml(text, reading, url);
  const { parseJson, readJson } = await import('./read-json.ts');
  const json = parseJson(text);
  if (json) return readJson(json.value, reading);
  const ending = /\.([a-z0-9]+)$/i.exec(reading.name)?.[1]?.toLowerCase() ?? '';
  const { looksLikeCsv, readCsv } = await import('./read-csv.ts');
  if (/^(csv|tsv|tab)$/.test(ending) || /\/(csv|tab-separated-values)\b/.test(reading.mediaType ?? '')) {
    return readCsv(text, reading);
  }
  const isMarkdown = /^(md|markdown|mdx|mdown)$/.test(ending) || /\/markdown\b/.test(reading.mediaType ?? '');
  const { looksLikeMarkdown, readMarkdown } = await import('./read-markdown.ts');
  if (isMarkdown || looksLikeMarkdown(text)) return readMarkdown(text, reading);
  if (looksLikeCsv(text)) return readCsv(text, reading);
  return (await import('./read-text.ts')).readText(text, reading);
}

function looksLikeHtml(text: string): boolean {
  const start = text
    .slice(0, 2_000)
    .trimStart()
    .replace(/^(?:<\?xml[^>]*>|<!--[\s\S]*?-->|\s)+/, '');
  if (/^<!doctype\s+html|^<html[\s>]/i.test(start)) return true;
  return (
    start.startsWith('<') && /<(?:head|body|title|meta|div|p|h[1-6]|table|ul|ol|article|section|span)[\s>]/i.test(start)
  );
}
