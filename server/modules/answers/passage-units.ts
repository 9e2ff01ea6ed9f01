import { sentencesOf } from '../../extract/sentences.ts';

/** A stretch of a passage that is quoted whole or not at all. */
export interface Unit {
  text: string;
  kind: 'sentence' | 'item' | 'row' | 'block';
}

const itemMark = /^\s*([-*•‣◦·]|\d{1,3}[.)])\s+/;

/** Sentences, list items and blocks (code, rows of a table) of a passage, in reading order; nothing of it is lost. */
export function unitsOf(passage: string, language: string): Unit[] {
  const units: Unit[] = [];
  let paragraph: string[] = [];
  let block: string[] | undefined;

  const endParagraph = () => {
    if (isRecord(paragraph)) units.push({ text: paragraph.join('\n'), kind: 'block' });
    else for (const text of joinWrapped(paragraph, language)) addSentences(text);
    paragraph = [];
  };
  const addSentences = (text: string) => {
    for (const { start, end } of sentencesOf(text, language)) {
      units.push({ text: text.slice(start, end), kind: 'sentence' });
    }
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
    } else if (line.includes('\t') || /^\s*\|.*\|\s*$/.test(line)) {
      endParagraph();
      units.push({ text: cellsOf(line).join(' – '), kind: 'row' });
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

/** Of a row of a table. */
function cellsOf(line: string): string[] {
  const cells = line.includes('\t') ? line.split('\t') : line.split('|');
  return cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
}

/** Several lines that each say what they are: a row with the names of its columns. */
function isRecord(lines: readonly string[]): boolean {
  return lines.length > 1 && lines.every((line) => /^[^:：.!?]{1,60}[:：]\s?\S/.test(line));
}

/** Lines that were only wrapped are one; others, as headings, stand alone. */
function joinWrapped(lines: readonly string[], language: string): string[] {
  const blank = language === 'ja' || language === 'zh' ? '' : ' ';
  const joined: string[] = [];
  for (const line of lines) {
    const before = joined.at(-1);
    const isOpen = before !== undefined && !/[.!?:。！？：…؟]["”»)\]]?$/u.test(before);
    const goesOn = isOpen && (/^[\p{Ll}\d(]/u.test(line) || before.length >= 60);
    if (goesOn) joined[joined.length - 1] = `${before}${blank}${line}`;
    else joined.push(line);
  }
  return joined;
}
