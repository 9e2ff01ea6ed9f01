const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long to wait after each attempt that failed: together about a day. */
const delaysMs = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  8 * hour,
];

/** A delivery is given up when so many attempts have failed. */
export const attemptsMax = delaysMs.length + 1;

/** A receiver that asks for more time than that gets this much. */
const askedMsMax = hour;

/**
 * How long to wait after this attempt (from 1), a tenth more or less at random, so that what failed together does not come
 * back together; not less than the receiver asked for. Undefined: it was the last.
 * @param random from 0 to 1
 */
export function retryDelayMs(attempt: number, askedMs = 0, random: number = Math.random()): number | undefined {
  const delayMs = delaysMs[attempt - 1];
  if (delayMs === undefined) return undefined;
  return Math.max(Math.round(delayMs * (0.9 + 0.2 * random)), Math.min(askedMs, askedMsMax));
}

/** The time that a `Retry-After` asks for; 0 when it asks for none. */
export function retryAfterMs(header: string | undefined, now: Date): number {
  if (header === undefined) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * second : Date.parse(header) - now.getTime();
  return Number.isFinite(ms) ? Math.max(ms, 0) : 0;
}
