/**
 * What people paste as the name of a site, brought into the form the list keeps: a host with an optional port and an
 * optional leading `*.`. `https://Shop.example/cart?x=1` becomes `shop.example`. What is no address stays as typed, in
 * small letters, for the server to explain.
 */
export function siteFrom(typed: string): string {
  const text = typed.trim().toLowerCase();
  const withoutProtocol = text.replace(/^[a-z][a-z0-9+.-]*:\/\//, '');
  return withoutProtocol.replace(/[/?#].*$/s, '').replace(/^[^@]*@/, '');
}

/** Several sites from one pasted text, separated by spaces, commas or lines; each once. */
export function sitesFrom(typed: string): string[] {
  return [...new Set(typed.split(/[\s,;]+/).map(siteFrom))].filter((site) => site !== '');
}
