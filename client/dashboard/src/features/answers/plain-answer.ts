/** An answer without the marks of its citations, which mean nothing elsewhere. */
export function plainAnswer(text: string): string {
  return text.replace(/[ \t]*\[\d{1,3}\](?!\()/g, '').trim();
}

/** A question on one line, cut to what a field takes. */
export function questionLine(text: string, charsMax: number): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, charsMax)
    .replace(/[\uD800-\uDBFF]$/, '');
}
