import type { AttachmentType } from '../../../shared/attachment-types.ts';

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/**
 * What a file is, by its content; undefined for what is not taken. The name only tells CSV from other text, which
 * makes no difference to a browser.
 */
export function sniff(bytes: Buffer, name: string): AttachmentType | undefined {
  const startsWith = (start: string, at = 0) => bytes.toString('latin1', at, at + start.length) === start;
  if (startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (startsWith('GIF87a') || startsWith('GIF89a')) return 'image/gif';
  if (startsWith('RIFF') && startsWith('WEBP', 8)) return 'image/webp';
  if (startsWith('%PDF-')) return 'application/pdf';
  if (startsWith('PK\x03\x04') || startsWith('PK\x05\x06')) return kindOfZip(bytes);
  return kindOfText(bytes, name);
}

/** Office files are archives with well-known members. */
function kindOfZip(bytes: Buffer): AttachmentType {
  if (!bytes.includes('[Content_Types].xml')) return 'application/zip';
  if (bytes.includes('word/document.xml')) return docx;
  return bytes.includes('xl/workbook.xml') ? xlsx : 'application/zip';
}

function kindOfText(bytes: Buffer, name: string): AttachmentType | undefined {
  const text = decode(bytes);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they tell binary content from text
  if (text === undefined || text === '' || /[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text)) return undefined;
  // What a browser might run, should it ever guess the type itself.
  if (/<(?:!doctype|html|head|body|script|svg|iframe)\b|<\?xml/i.test(text.slice(0, 4_096))) return undefined;
  return /\.csv$/i.test(name) ? 'text/csv' : 'text/plain';
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
