import { ExtractionError } from './extracted.ts';

/** What a file is, as its first bytes say; `text` is looked at further, once it is decoded. */
export type FileKind = 'pdf' | 'zip' | 'parquet' | 'text';

interface Signature {
  bytes: number[];
  at?: number;
  reason: string;
}

const picture = 'The file is a picture, and pictures are not read. Upload the text, or a PDF with text in it.';
const recording = 'The file is a sound or video recording, which is not read. Upload a transcript of it.';
const archive = 'The file is an archive. Unpack it and upload the documents in it.';
const program = 'The file is a program, not a document.';
const ascii = (text: string) => [...text].map((char) => char.charCodeAt(0));

/** What is known and not read, with what to do instead. */
const refused: Signature[] = [
  { bytes: ascii('{\\rtf'), reason: 'The file is in Rich Text Format (RTF). Save it as DOCX or PDF and upload that.' },
  { bytes: ascii('%!PS'), reason: 'The file is in PostScript. Save it as PDF and upload that.' },
  { bytes: ascii('PARE'), reason: 'The Parquet file is encrypted. Upload one that is not.' },
  { bytes: ascii('SQLite format 3'), reason: 'The file is a database. Export its tables as CSV and upload those.' },
  { bytes: ascii('AT&TFORM'), reason: 'The file is in DjVu format. Save it as PDF with text and upload that.' },
  { bytes: ascii('BOOKMOBI'), at: 60, reason: 'The file is a Kindle book. Convert it to PDF and upload that.' },
  { bytes: [0x89, 0x50, 0x4e, 0x47], reason: picture },
  { bytes: [0xff, 0xd8, 0xff], reason: picture },
  { bytes: ascii('GIF8'), reason: picture },
  { bytes: ascii('WEBP'), at: 8, reason: picture },
  { bytes: [0x49, 0x49, 0x2a, 0x00], reason: picture },
  { bytes: [0x4d, 0x4d, 0x00, 0x2a], reason: picture },
  { bytes: ascii('ftyphei'), at: 4, reason: picture },
  { bytes: ascii('ftypavif'), at: 4, reason: picture },
  { bytes: ascii('8BPS'), reason: picture },
  { bytes: ascii('ID3'), reason: recording },
  { bytes: ascii('OggS'), reason: recording },
  { bytes: ascii('fLaC'), reason: recording },
  { bytes: ascii('WAVE'), at: 8, reason: recording },
  { bytes: ascii('AVI '), at: 8, reason: recording },
  { bytes: ascii('ftyp'), at: 4, reason: recording },
  { bytes: [0x1a, 0x45, 0xdf, 0xa3], reason: recording },
  { bytes: [0x1f, 0x8b], reason: archive },
  { bytes: ascii('BZh'), reason: archive },
  { bytes: ascii('Rar!'), reason: archive },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], reason: archive },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], reason: archive },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], reason: archive },
  { bytes: ascii('ustar'), at: 257, reason: archive },
  { bytes: [0x7f, 0x45, 0x4c, 0x46], reason: program },
  { bytes: [0x4d, 0x5a, 0x90, 0x00], reason: program },
  { bytes: [0xca, 0xfe, 0xba, 0xbe], reason: program },
  { bytes: [0xcf, 0xfa, 0xed, 0xfe], reason: program },
];

const oleSignature = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/**
 * Looks at the content alone; names lie.
 * @throws ExtractionError for what is known and not read.
 */
export function detectKind(bytes: Buffer): FileKind {
  if (bytes.length === 0) throw new ExtractionError('The file is empty. Upload one that has text in it.');
  if (bytes.subarray(0, 1024).includes('%PDF-')) return 'pdf';
  if (has(bytes, ascii('PK\u0003\u0004'))) return 'zip';
  if (has(bytes, ascii('PK\u0005\u0006'))) throw new ExtractionError('The file is an empty archive.');
  if (has(bytes, ascii('PAR1'))) return 'parquet';
  if (has(bytes, oleSignature)) throw new ExtractionError(whyNotOle(bytes));
  const known = refused.find((signature) => has(bytes, signature.bytes, signature.at));
  if (known) throw new ExtractionError(known.reason);
  return 'text';
}

/** The container of Office before 2007, which since then holds Office files with a password. */
function whyNotOle(bytes: Buffer): string {
  const holds = (name: string) => bytes.includes(Buffer.from(name, 'utf16le'));
  if (holds('EncryptedPackage')) {
    return 'The file is protected by a password. Remove the password and upload it again.';
  }
  if (holds('WordDocument')) return 'The file is in the old Word format (DOC). Save it as DOCX or PDF and upload that.';
  if (holds('Workbook') || holds('Book')) {
    return 'The file is in the old Excel format (XLS). Save it as XLSX or CSV and upload that.';
  }
  if (holds('PowerPoint Document')) {
    return 'The file is in the old PowerPoint format (PPT). Save it as PPTX or PDF and upload that.';
  }
  return 'The file is in an old Office or Windows format. Save it as DOCX, XLSX or PDF and upload that.';
}

function has(bytes: Buffer, expected: number[], at = 0): boolean {
  return bytes.length >= at + expected.length && expected.every((byte, index) => bytes[at + index] === byte);
}
