/**
 * A place for files beyond this machine refuses or cannot be reached. The message is one sentence for the operator,
 * without keys or tokens.
 */
export class FileStoreError extends Error {
  override readonly name = 'FileStoreError';
}

/** What a request failed with: the code of the network's error, as in ECONNREFUSED, its name, or that time ran out. */
export function faultOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
    if (at.name === 'AbortError' || at.name === 'TimeoutError') return 'no answer in time';
    if (!(at.cause instanceof Error)) return at.name;
  }
  return 'an unknown fault';
}
