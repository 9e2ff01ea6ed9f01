import { ExtractionError } from './extracted.ts';

/** Nobody writes pages that deep; what a fault of a program nests without end takes minutes to go through. */
const depthMax = 2_000;
const elementsMax = 1_000_000;

const withoutEnd = new Set(
  (
    'area base br col embed hr img input link meta param source track wbr ' +
    // Their end may be left out, so that one that follows ends the one before.
    'p li dt dd tr td th thead tbody tfoot option optgroup colgroup rp rt html head body'
  ).split(' '),
);
const rawText = new Set(['script', 'style', 'textarea', 'title', 'xmp']);
const tag = /<(\/?)([a-z][a-z0-9:-]*)/gi;

/** @throws ExtractionError for a page of so many elements, or so deep ones, that reading it would not come to an end */
export function refuseEndlessHtml(html: string): void {
  let depth = 0;
  let elements = 0;
  tag.lastIndex = 0;
  let comment = html.indexOf('<!--');
  for (let found = tag.exec(html); found; found = tag.exec(html)) {
    if (comment >= 0 && comment < found.index) {
      const end = html.indexOf('-->', comment + 4);
      if (end < 0) return;
      comment = html.indexOf('<!--', end);
      tag.lastIndex = Math.max(end, 0);
      continue;
    }
    const name = found[2]!.toLowerCase();
    if (found[1] === '/') {
      if (!withoutEnd.has(name)) depth = Math.max(0, depth - 1);
      continue;
    }
    elements += 1;
    if (elements > elementsMax)
      throw new ExtractionError('It has more than a million elements. Split it into smaller ones.');
    if (withoutEnd.has(name)) continue;
    if (rawText.has(name)) {
      const end = endOf(html, name, tag.lastIndex);
      if (end < 0) return;
      tag.lastIndex = end;
      comment = html.indexOf('<!--', end);
      continue;
    }
    depth += 1;
    if (depth > depthMax) {
      throw new ExtractionError(
        'Its elements are nested more than 2,000 deep, which no page that people read is. Save it anew from a browser.',
      );
    }
  }
}

/** Behind what ends an element that holds nothing but text; -1 without an end. */
function endOf(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}`, 'gi');
  end.lastIndex = from;
  return end.exec(html) ? end.lastIndex : -1;
}
