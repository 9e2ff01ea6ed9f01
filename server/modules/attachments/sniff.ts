import type { AttachmentType } from '../../../shared/attachment-types.ts';

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** As far as files say by their first bytes what they are, and text whether it is markup. */
const headBytes = 4_096;

/** Looks at a file as its bytes pass by. */
export interface Sniffer {
  take(part: Uint8Array): void;
  /**
   * What the file is, by its content; undefined for what is not taken. To be asked after the last part. The name only
   * tells CSV from other text, which makes no difference to a browser.
   */
  kind(): AttachmentType | undefined;
}

export function createSniffer(name: string): Sniffer {
  let head = Buffer.alloc(0);
  const archive = createArchiveReader();
  const text = createTextReader();
  return {
    take(part) {
      const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
      if (head.length < headBytes) head = Buffer.concat([head, bytes.subarray(0, headBytes - head.length)]);
      archive.take(bytes);
      text.take(bytes);
    },
    kind() {
      const startsWith = (start: string, at = 0) => head.toString('latin1', at, at + start.length) === start;
      if (startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
      if (startsWith('\xff\xd8\xff')) return 'image/jpeg';
      if (startsWith('GIF87a') || startsWith('GIF89a')) return 'image/gif';
      if (startsWith('RIFF') && startsWith('WEBP', 8)) return 'image/webp';
      if (startsWith('%PDF-')) return 'application/pdf';
      if (startsWith('PK\x03\x04') || startsWith('PK\x05\x06')) return archive.kind();
      // What a browser might run, should it ever guess the type itself.
      const isMarkup = /<(?:!doctype|html|head|body|script|svg|iframe)\b|<\?xml/i.test(head.toString('latin1'));
      if (isMarkup || head.length === 0 || !text.isText()) return undefined;
      return /\.csv$/i.test(name) ? 'text/csv' : 'text/plain';
    },
  };
}

const memberNames = ['[Content_Types].xml', 'word/document.xml', 'xl/workbook.xml'] as const;
const memberBytesMax = Math.max(...memberNames.map((name) => name.length));

/** Office files are archives with well-known members. */
function createArchiveReader() {
  const found = new Set<string>();
  let tail = Buffer.alloc(0);
  return {
    take(bytes: Buffer): void {
      // A name may lie across two parts.
      const seam = Buffer.concat([tail, bytes.subarray(0, memberBytesMax)]);
      for (const name of memberNames) if (seam.includes(name) || bytes.includes(name)) found.add(name);
      tail = Buffer.from(Buffer.concat([tail, bytes.subarray(-memberBytesMax)]).subarray(-memberBytesMax));
    },
    kind(): AttachmentType {
      if (!found.has('[Content_Types].xml')) return 'application/zip';
      if (found.has('word/document.xml')) return docx;
      return found.has('xl/workbook.xml') ? xlsx : 'application/zip';
    },
  };
}

/** UTF-8 without characters that tell binary content from text. */
function createTextReader() {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let isText = true;
  const read = (bytes?: Buffer) => {
    if (!isText) return;
    try {
      const text = utf8.decode(bytes, { stream: bytes !== undefined });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: see above
      isText = !/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text);
    } catch {
      isText = false;
    }
  };
  return {
    take: (bytes: Buffer) => read(bytes),
    isText(): boolean {
      read();
      return isText;
    },
  };
}
