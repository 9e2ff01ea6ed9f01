/** `DATABASE_URL` cannot be used. The message is one sentence for the operator and never holds the password. */
export class DatabaseUrlError extends Error {
  override name = 'DatabaseUrlError';
}

/** Undoes percent-encoding. */
export function decode(text: string, what: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new DatabaseUrlError(`DATABASE_URL has a stray % in its ${what}: write it as %25.`);
  }
  if (decoded.includes('\0')) throw new DatabaseUrlError(`DATABASE_URL has a NUL character in its ${what}: remove it.`);
  return decoded;
}
