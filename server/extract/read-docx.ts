import mammoth from 'mammoth';
import { ExtractionError } from './extracted.ts';
import { officeProperties } from './office.ts';
import { readFragment } from './read-html.ts';
import { nameWithoutEnding, type ReadDocument, type Reading, soleHeading, wholePart } from './reading.ts';
import type { GuardedZip } from './zip.ts';

/** Word documents: headings by their styles, lists, tables, notes; pictures, headers and footers are left out. */
export async function readDocx(zip: GuardedZip, bytes: Buffer, reading: Reading): Promise<ReadDocument> {
  await zip.measure();
  const properties = await officeProperties(zip);
  const html = await convert(bytes);
  const builder = readFragment(html, reading);
  const title = properties.title ?? soleHeading(builder.headings);
  return { ...properties, title, parts: [wholePart(title ?? nameWithoutEnding(reading.name), builder)] };
}

async function convert(bytes: Buffer): Promise<string> {
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer: bytes },
      {
        styleMap: ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"],
        convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
        externalFileAccess: false,
      },
    );
    return value.replace(/<a href="#(?:foot|end)note-ref-\d+">↑<\/a>/g, '');
  } catch {
    throw new ExtractionError(
      'The Word document is damaged and cannot be read. Open it in Word, save it anew, and upload that.',
    );
  }
}
