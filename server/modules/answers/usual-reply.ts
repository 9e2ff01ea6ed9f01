import type { ClientStorage } from '../../storage/storage.ts';

const measuredMs = 30 * 24 * 3_600_000;
/** Fewer say nothing about what is usual. */
const measuredMin = 5;

/**
 * How long visitors who asked for a person have usually waited in the last 30 days: half of them less, half of them more.
 * Undefined when too few were answered.
 */
export async function usualReply(own: ClientStorage, now: Date): Promise<number | undefined> {
  const waits = await own.handoffs.waits(new Date(now.getTime() - measuredMs));
  if (waits.length < measuredMin) return undefined;
  return waits.sort((a, b) => a - b)[Math.floor(waits.length / 2)];
}
