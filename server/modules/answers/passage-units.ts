import { sentencesOf } from '../../extract/sentences.ts';

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
      const text = paragraph.join(joiner);
      for (const { start, end } of sentencesOf(text, language)) {
        units.push({ text: text.slice(start, end), kind: 'sentence' });
      }
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
