import { nameWithoutEnding, newBuilder, type ReadDocument, type Reading, wholePart } from './reading.ts';

/** Plain text: paragraphs are apart by empty lines, and a line that is underlined is a heading. */
export function readText(text: string, reading: Reading): ReadDocument {
  const builder = newBuilder(reading);
  const lines = text.replace(/\r\n?|[\u0085\u2028\f]/g, '\n').split('\n');
  let paragraph: string[] = [];
  const flush = () => {
    builder.block(paragraph.join('\n'));
    paragraph = [];
  };
  for (const line of lines) {
    const underline = /^\s*(={3,}|-{3,}|~{3,})\s*$/.exec(line);
    if (underline && paragraph.length === 1 && paragraph[0]!.length < 100) {
      builder.heading(underline[1]!.startsWith('=') ? 1 : 2, paragraph[0]!);
      paragraph = [];
    } else if (line.trim() === '' || underline) flush();
    else paragraph.push(line);
  }
  flush();
  return { title: null, language: null, parts: [wholePart(nameWithoutEnding(reading.name), builder)] };
}
