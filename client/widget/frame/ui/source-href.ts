/** As many of the passage's first words as a browser looks for on the page. */
const firstWords = /^.{1,60}(?=[\s、。，！？])/u;

/**
 * Where the passage stands at `url`: of a document with pages its page, of a web page the quoted words, which browsers
 * scroll to and highlight.
 */
export function sourceHref({ url, page, quote }: { url: string; page: number | null; quote: string }): string {
  const hash = url.includes('#') ? '' : '#';
  if (page) return hash ? `${url}#page=${page}` : url;
  const words = firstWords.exec(quote)?.[0] ?? quote;
  // What a hyphen means there is not meant here.
  return words ? `${url}${hash}:~:text=${encodeURIComponent(words).replaceAll('-', '%2D')}` : url;
}
