import { analyse } from 'chardet';
import { ExtractionError } from './extracted.ts';

/** Enough to tell an encoding by. */
const sampleBytes = 256 * 1024;

/** What the detector says, as Node's decoder calls the superset that is meant. */
const supersets: Record<string, string> = {
  'iso-8859-1': 'windows-1252',
  'iso-8859-9': 'windows-1254',
  'iso-8859-15': 'iso-8859-15',
  ascii: 'windows-1252',
};

const utf16Marks: [number[], string][] = [
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * Text of unknown encoding: byte-order marks first, then what was declared (by a `charset`, when its bytes fit), UTF-8
 * when the bytes are, UTF-16 without a mark, and last what the letters' frequencies suggest.
 * @throws ExtractionError when the bytes are no text.
 */
export function decodeText(bytes: Buffer, declared?: string): { text: string; encoding: string } {
  for (const [mark, encoding] of utf16Marks) {
    if (mark.every((byte, index) => bytes[index] === byte)) return decoded(bytes.subarray(2), encoding);
  }
  const body = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  const controls = countControls(body);
  if (controls.nuls === 0 && isUtf8(body)) {
    if (body.includes('\u001b$') || body.includes('\u001b(')) return decoded(body, 'iso-2022-jp');
    if (controls.others > body.length * 0.02 + 1) throw notText();
    return decoded(body, 'utf-8');
  }
  if (controls.nuls + controls.others > 0) {
    const wide = utf16Order(body);
    if (wide) return decoded(body, wide);
    if (controls.nuls > 0 || controls.others > body.length * 0.005 + 1) throw notText();
  }
  if (declared && isKnown(declared) && !/^utf-?16/i.test(declared) && fits(body, declared))
    return decoded(body, declared);
  return decoded(body, guess(body));
}

function decoded(bytes: Buffer, encoding: string): { text: string; encoding: string } {
  return { text: new TextDecoder(encoding).decode(bytes), encoding };
}

function notText(): ExtractionError {
  return new ExtractionError(
    'The file is in a format that is not read. Upload PDF, DOCX, XLSX, PPTX, CSV, HTML, Markdown, JSON or plain text.',
  );
}

/** UTF-8 also when a few bytes of a long text are broken: the end cut off, a stray byte from another encoding. */
function isUtf8(bytes: Buffer): boolean {
  const sample = bytes.subarray(0, 8 * 1024 * 1024);
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch {
    const text = new TextDecoder('utf-8').decode(sample);
    let broken = 0;
    let beyondAscii = 0;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit === 0xfffd) broken += 1;
      else if (unit > 0x7f) beyondAscii += 1;
    }
    return beyondAscii >= 20 && broken <= beyondAscii * 0.02;
  }
}

function countControls(bytes: Buffer): { nuls: number; others: number } {
  const end = Math.min(bytes.length, 4 * sampleBytes);
  let nuls = 0;
  let others = 0;
  for (let index = 0; index < end; index += 1) {
    const byte = bytes[index]!;
    if (byte === 0) nuls += 1;
    else if (byte < 9 || (byte > 13 && byte < 32 && byte !== 0x1b && byte !== 0x1a)) others += 1;
  }
  return { nuls, others };
}

const ordinary =
  /[\t\n\r -~\u00a0-\u024f\u0370-\u06ff\u0900-\u0e7f\u2000-\u206f\u20a0-\u20bf\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7af\uff00-\uffef]/g;

/** The byte order in which nearly everything is an ordinary letter and blanks or line ends occur. */
function utf16Order(bytes: Buffer): string | undefined {
  const sample = bytes.subarray(0, sampleBytes & ~1);
  const candidates = ['utf-16le', 'utf-16be'].map((encoding) => {
    const text = new TextDecoder(encoding).decode(sample);
    const share = (text.match(ordinary)?.length ?? 0) / Math.max(1, text.length);
    const plain = (text.match(/[\n ,.、。，]/g)?.length ?? 0) / Math.max(1, text.length);
    return { encoding, share, plain };
  });
  const best = candidates.filter(({ share, plain }) => share > 0.95 && plain > 0);
  return best.sort((a, b) => b.share + b.plain - a.share - a.plain)[0]?.encoding;
}

function guess(bytes: Buffer): string {
  const sample = bytes.subarray(0, sampleBytes);
  const likely = analyse(sample)
    .map((match) => ({ encoding: supersets[match.name.toLowerCase()] ?? match.name.toLowerCase(), match }))
    .filter(({ encoding }) => isKnown(encoding) && !/^utf/.test(encoding));
  const top = likely[0]?.match.confidence ?? 0;
  const scored = likely
    .filter(({ match }) => match.confidence >= top - 20)
    .map(({ encoding, match }) => ({ encoding, score: match.confidence - oddness(sample, encoding) }));
  return scored.sort((a, b) => b.score - a.score)[0]?.encoding ?? 'windows-1252';
}

/** How unlike writing the decoded text is, 0 to 100: what could not be decoded, and capitals inside words. */
function oddness(sample: Buffer, encoding: string): number {
  const text = new TextDecoder(encoding).decode(sample);
  const letters = text.match(/[\u0080-\uffff]/g)?.length ?? 0;
  if (letters === 0) return 0;
  const broken = text.match(/[\ufffd\u0080-\u009f\ue000-\uf8ff]/g)?.length ?? 0;
  const humps = text.match(/\p{Ll}\p{Lu}/gu)?.length ?? 0;
  return Math.min(100, ((broken * 2 + humps) * 100) / letters);
}

function fits(bytes: Buffer, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, sampleBytes), { stream: true });
    return true;
  } catch {
    return false;
  }
}

function isKnown(encoding: string): boolean {
  try {
    new TextDecoder(encoding);
    return true;
  } catch {
    return false;
  }
}
