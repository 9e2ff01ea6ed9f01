/** Terms kept of one conversation; far more different words than people use, and within what a `tsvector` can hold. */
export const searchTermsMax = 8_000;

/** What is kept when terms are added: those that are there, then of the new ones as many as there is room for. */
export function mergeTerms(known: string[], added: string[]): string[] {
  const terms = new Set(known);
  for (const term of added) {
    if (terms.size >= searchTermsMax) break;
    terms.add(term);
  }
  return [...terms];
}
