const dayMs = 24 * 60 * 60 * 1000;
const hourMs = 60 * 60 * 1000;
/** UTC. */
const fromHour = 1;
const hours = 4;

/**
 * When a client's nightly work is due next: between one and five in the morning (UTC), each client at its own minute, so
 * that not all of them come at once.
 */
export function nextNight(now: Date, clientId: string): Date {
  // The last letters of an id are random.
  const share = Number.parseInt(clientId.slice(-6), 16) / 0x1000000;
  const atMs = fromHour * hourMs + Math.floor(share * hours * 60) * 60_000;
  const today = Math.floor(now.getTime() / dayMs) * dayMs + atMs;
  return new Date(today > now.getTime() ? today : today + dayMs);
}
