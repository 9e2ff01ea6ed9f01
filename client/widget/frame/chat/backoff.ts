/**
 * How long to wait before attempt number `attempt` (1 is the first repetition), in ms: doubling from about a second to
 * about half a minute, spread so that many browsers do not come back at once. A server that names a time is obeyed.
 */
export function backoffMs(attempt: number, retryAfterMs = 0, random: () => number = Math.random): number {
  const base = Math.min(30_000, 500 * 2 ** attempt);
  return Math.max(retryAfterMs, base * (0.5 + random() / 2));
}
