import { ExtractionError, limitReasons } from './extracted.ts';
import { officeProperties, relationsOf } from './office.ts';
import { newBuilder, type ReadDocument, type Reading } from './reading.ts';
import { readXml } from './xml.ts';
import type { GuardedZip } from './zip.ts';

/** Presentations: a part for each slide, in their order, with the slide's title as its heading. */
export async function readPptx(zip: GuardedZip, path: string, reading: Reading): Promise<ReadDocument> {
  const relations = await relationsOf(zip, path);
  const slides: string[] = [];
  readXml((await zip.read(path))!, {
    open(name, attributes) {
      if (name !== 'sldId') return;
      // A slide has a number and a relation, and both attributes are called id.
      const target = relations.get(attributes.id ?? '')?.path;
      if (target) slides.push(target);
    },
  });
  if (slides.length > reading.limits.pagesMax) throw new ExtractionError(limitReasons.pages(reading.limits));
  const parts: ReadDocument['parts'] = [];
  for (const [index, slide] of slides.entries()) {
    const builder = newBuilder(reading);
    const shapes = readShapes(await zip.read(slide));
    const title = shapes
      .find(({ isTitle }) => isTitle)
      ?.text.replace(/\s+/g, ' ')
      .trim();
    if (title) builder.heading(1, title);
    for (const shape of shapes) if (!shape.isTitle) builder.block(shape.text);
    const page = index + 1;
    parts.push({ title: title || `Slide ${page}`, page, url: null, text: builder.text, headings: builder.headings });
    reading.progress(page, slides.length);
  }
  return { ...(await officeProperties(zip)), parts };
}

function readShapes(bytes: Buffer | undefined): { isTitle: boolean; text: string }[] {
  const shapes: { isTitle: boolean; text: string }[] = [];
  if (!bytes) return shapes;
  let shape = { isTitle: false, text: '' };
  let collecting = false;
  readXml(bytes, {
    open(name, { type }) {
      if (name === 'sp' || name === 'graphicFrame') shape = { isTitle: false, text: '' };
      if (name === 'ph' && (type === 'title' || type === 'ctrTitle')) shape.isTitle = true;
      if (name === 't') collecting = true;
      if (name === 'br') shape.text += '\n';
    },
    text(piece) {
      if (collecting) shape.text += piece;
    },
    close(name) {
      if (name === 't') collecting = false;
      if (name === 'p') shape.text += '\n';
      if (name === 'tc') shape.text = `${shape.text.trimEnd()}\t`;
      if (name === 'tr') shape.text = `${shape.text.trimEnd()}\n`;
      if (name === 'sp' || name === 'graphicFrame') shapes.push(shape);
    },
  });
  return shapes;
}
