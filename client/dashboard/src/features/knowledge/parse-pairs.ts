/** A question with its answer, as they are typed or imported. */
export interface Pair {
  question: string;
  answer: string;
}

export interface ParsedPairs {
  pairs: Pair[];
  /** Numbers of lines that have a question or an answer alone, counted from 1 as rows. */
  incomplete: number[];
}

const headerWords = /^(q|a|question|questions|answer|answers|frage|antwort|pregunta|respuesta|soru|cevap|réponse)s?$/i;

/**
 * Reads pairs out of pasted CSV, or of cells copied from a spreadsheet: the first two columns are question and answer.
 * Comma, semicolon and tab separate; quoted cells may hold line breaks; a first row that only names the columns is left
 * out, and so are empty rows.
 */
export function parsePairs(text: string): ParsedPairs {
  const rows = rowsOf(text.replace(/^\ufeff/, ''), separatorOf(text));
  const body = rows[0]?.slice(0, 2).every((cell) => headerWords.test(cell.trim())) ? rows.slice(1) : rows;
  const skipped = rows.length - body.length;
  const pairs: Pair[] = [];
  const incomplete: number[] = [];
  body.forEach(([first = '', second = ''], index) => {
    const pair = { question: first.replace(/\s+/g, ' ').trim(), answer: second.trim() };
    if (pair.question === '' && pair.answer === '') return;
    if (pair.question === '' || pair.answer === '') incomplete.push(index + skipped + 1);
    else pairs.push(pair);
  });
  return { pairs, incomplete };
}

/** The one that the first line has most of, outside of quotes. */
function separatorOf(text: string): string {
  const line = (text.split(/\r?\n/).find((one) => one.trim() !== '') ?? '').replace(/"(?:[^"]|"")*"?/g, '');
  const count = (separator: string) => line.split(separator).length - 1;
  if (count('\t') > 0) return '\t';
  return count(';') > count(',') ? ';' : ',';
}

function rowsOf(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  const endCell = () => {
    row.push(cell);
    cell = '';
  };
  const endRow = () => {
    endCell();
    if (row.some((one) => one.trim() !== '')) rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (isQuoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (char === '"' && cell.trim() === '') {
      cell = '';
      isQuoted = true;
    } else if (char === separator) endCell();
    else if (char === '\n') endRow();
    else if (char !== '\r') cell += char;
  }
  endRow();
  return rows;
}
