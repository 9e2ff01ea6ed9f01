/**
 * A place for files beyond this machine refuses or cannot be reached. The message is one sentence for the operator,
 * without keys or tokens.
 */
export class FileStoreError extends Error {
  override readonly name = 'FileStoreError';
}

/** The code under an error of the network, as in ECONNREFUSED; its name when there is none. */
export function faultOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
    if (!(at.cause instanceof Error)) return at.name;
  }
  return 'an unknown fault';
}
