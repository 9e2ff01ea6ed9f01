import type { ExtractedPart } from '../extract/extracted.ts';

type Page = Omit<ExtractedPart, 'number'>;

const pagesMin = 4;

/**
 * Takes out what stands on most pages of a site, word for word: notices, calls to action, lists of offers. The first
 * page that has it keeps it.
 */
export function dropCommonBlocks<T extends Page>(pages: T[]): T[] {
  if (pages.length < pagesMin) return pages;
  const counts = new Map<string, number>();
  for (const { text } of pages)
    for (const block of new Set(text.split('\n\n'))) counts.set(block, (counts.get(block) ?? 0) + 1);
  const enough = Math.max(pagesMin, pages.length * 0.5);
  const met = new Set<string>();
  return pages.map((page) => {
    const isCommon = (block: string) => (counts.get(block) ?? 0) >= enough;
    const blocks = page.text.split('\n\n');
    if (!blocks.some((block) => isCommon(block) && met.has(block))) {
      for (const block of blocks) if (isCommon(block)) met.add(block);
      return page;
    }
    return without(page, (block) => {
      if (!isCommon(block)) return false;
      const isAgain = met.has(block);
      met.add(block);
      return isAgain;
    });
  });
}

function without<T extends Page>(page: T, leavesOut: (block: string) => boolean): T {
  const kept: string[] = [];
  const headings: Page['headings'] = [];
  let from = 0;
  let length = 0;
  for (const block of page.text.split('\n\n')) {
    if (!leavesOut(block)) {
      const heading = page.headings.find(({ offset }) => offset === from);
      const offset = length === 0 ? 0 : length + 2;
      if (heading) headings.push({ ...heading, offset });
      kept.push(block);
      length = offset + block.length;
    }
    from += block.length + 2;
  }
  return { ...page, text: kept.join('\n\n'), headings };
}
