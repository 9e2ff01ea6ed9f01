import { marked } from 'marked';
import { readFragment } from './read-html.ts';
import { languageOf, nameWithoutEnding, type ReadDocument, type Reading, soleHeading, wholePart } from './reading.ts';

/** Markdown by way of HTML; the front matter gives title and language. */
export function readMarkdown(text: string, reading: Reading): ReadDocument {
  const { fields, body } = splitFrontMatter(text);
  const builder = readFragment(marked.parse(body, { async: false, gfm: true }), reading);
  const title = fields.title ?? soleHeading(builder.headings);
  const language = languageOf(fields.lang ?? fields.language);
  return { title, language, parts: [wholePart(title ?? nameWithoutEnding(reading.name), builder)] };
}

/** Whether a text without a telling name is Markdown: headings, or several other marks. */
export function looksLikeMarkdown(text: string): boolean {
  const sample = text.slice(0, 20_000);
  const headings = sample.match(/^#{1,6} \S/gm)?.length ?? 0;
  const others =
    sample.match(/^(?:[-*+] \S|```|> \S|\|.*\|$|\d+\. \S)|\[[^\]\n]+\]\([^)\s]+\)|\*\*[^*\n]+\*\*/gm)?.length ?? 0;
  return headings >= 2 || (headings >= 1 && others >= 1) || others >= 6;
}

function splitFrontMatter(text: string): { fields: Record<string, string>; body: string } {
  const match = /^---[ \t]*\r?\n([\s\S]*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/.exec(text);
  if (!match) return { fields: {}, body: text };
  const lines = match[1]!.split(/\r?\n/).map((line) => /^([A-Za-z_-]+):\s*(.+)$/.exec(line));
  const fields = lines.flatMap((line) =>
    line ? [[line[1]!.toLowerCase(), line[2]!.replace(/^["']|["']$/g, '').trim()]] : [],
  );
  return { fields: Object.fromEntries(fields), body: text.slice(match[0].length) };
}
