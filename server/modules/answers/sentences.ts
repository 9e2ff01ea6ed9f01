/** A stretch of a passage that is quoted whole or not at all. */
export interface Unit {
  text: string;
  kind: 'sentence' | 'item' | 'block';
}

const itemMark = /^\s*([-*•‣◦·]|\d{1,3}[.)])\s+/;

/** Sentences, list items and blocks (code, rows of a table) of a passage, in reading order; nothing of it is lost. */
export function unitsOf(passage: string, language: string): Unit[] {
  const units: Unit[] = [];
  let paragraph: string[] = [];
  let block: string[] | undefined;

  const endParagraph = () => {
    if (paragraph.length > 0) {
      const joiner = language === 'ja' || language === 'zh' ? '' : ' ';
      for (const text of sentencesOf(paragraph.join(joiner), language)) units.push({ text, kind: 'sentence' });
    }
    paragraph = [];
  };

  for (const line of passage.split(/\r?\n/)) {
    if (/^\s*```/.test(line)) {
      endParagraph();
      if (block) units.push({ text: [...block, line.trim()].join('\n'), kind: 'block' });
      block = block ? undefined : [line.trim()];
    } else if (block) {
      block.push(line);
    } else if (line.trim() === '') {
      endParagraph();
    } else if (itemMark.test(line)) {
      endParagraph();
      units.push({ text: line.trim(), kind: 'item' });
    } else if (/^\s*\|.*\|\s*$/.test(line)) {
      endParagraph();
      units.push({ text: line.trim(), kind: 'block' });
    } else if (isIndented(line) && units.at(-1)?.kind === 'item' && paragraph.length === 0) {
      const item = units.at(-1) as Unit;
      item.text = `${item.text} ${line.trim()}`;
    } else {
      paragraph.push(line.trim());
    }
  }
  endParagraph();
  if (block) units.push({ text: block.join('\n'), kind: 'block' });
  return units;
}

const isIndented = (line: string) => /^\s{2,}\S/.test(line);

/** Words that end in a full stop and no sentence with it. */
const abbreviation =
  /(^|[\s(„“"'])(e\.g|i\.e|etc|vs|cf|no|nr|st|dr|mr|mrs|ms|prof|inc|ltd|approx|fig|z\.\s?b|d\.\s?h|u\.\s?a|bzw|ca|evtl|ggf|inkl|str|tel|abs|art|p\.\s?ex|env|m|mme|sra?|ud|uds|pág|p|s|vb|örn|\p{Lu})\.$/iu;

const segmenters = new Map<string, Intl.Segmenter>();

/** Whole sentences of a paragraph, by the rules of its language. */
export function sentencesOf(paragraph: string, language: string): string[] {
  let segmenter = segmenters.get(language);
  if (!segmenter) {
    segmenter = new Intl.Segmenter(language, { granularity: 'sentence' });
    segmenters.set(language, segmenter);
  }
  const sentences: string[] = [];
  let open = '';
  for (const { segment } of segmenter.segment(paragraph)) {
    open += segment;
    const said = open.trim();
    // A date, a numbered thing or an abbreviation: "on 3. May", "e.g. this".
    if (abbreviation.test(said) || /(^|\s)\d{1,3}\.$/.test(said)) continue;
    if (said !== '') sentences.push(said);
    open = '';
  }
  if (open.trim() !== '') sentences.push(open.trim());
  return sentences;
}
