/**
 * Whom a page's identity token speaks of, as the key under which this browser keeps that person's chat apart. Only the
 * server can say whether the token is genuine; a false one gets a drawer of its own that holds nothing of others.
 * Null when it cannot be read.
 */
export function subjectOf(identityToken: string): string | null {
  try {
    const payload = (identityToken.split('.')[1] as string).replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
    const { sub } = JSON.parse(new TextDecoder().decode(bytes));
    return sub ? encodeURIComponent(sub) : null;
  } catch {
    return null;
  }
}
