/** Why a fetch ended without a response; the message is a sentence for the owner and says nothing of the network inside. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  readonly kind: FetchFault;

  /** The cause is there for those who must know how far the request got. */
  constructor(kind: FetchFault, message: string, options?: { cause: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}

/**
 * `url`: not an address that is fetched; `private`: it leads to one that is not public; `redirects`: too many, or where
 * none are followed; `size`, `time`: the limits; `network`: nobody answered, or not in HTTP.
 */
export type FetchFault = 'url' | 'private' | 'redirects' | 'size' | 'time' | 'network';

/** What a failed request means to the owner; the caller's own reason when the caller gave up. */
export function explainFetch(
  error: unknown,
  { given, timer, timeMsMax }: { given: AbortSignal | undefined; timer: AbortSignal; timeMsMax: number },
): unknown {
  if (given?.aborted) return given.reason;
  if (timer.aborted)
    return new FetchError('time', `The server did not answer in full within ${timeMsMax / 1000} seconds.`);
  if (error instanceof FetchError) return error;
  const code = String((error as { code?: unknown }).code ?? '');
  const known: Record<string, string> = {
    ENOTFOUND: 'There is no server of that name.',
    EAI_AGAIN: 'The name of the server could not be looked up at the moment.',
    ECONNREFUSED: 'The server refused the connection.',
    ECONNRESET: 'The server broke off the connection.',
    UND_ERR_CONNECT_TIMEOUT: 'The server could not be reached in time.',
    CERT_HAS_EXPIRED: 'The server’s certificate has expired.',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'The server’s certificate is not signed by a known authority.',
    SELF_SIGNED_CERT_IN_CHAIN: 'The server’s certificate is not signed by a known authority.',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The server’s certificate is not signed by a known authority.',
    ERR_TLS_CERT_ALTNAME_INVALID: 'The server’s certificate is for another name.',
  };
  const message = known[code] ?? 'The server could not be reached, or did not answer in HTTP.';
  return new FetchError('network', message, { cause: error });
}
