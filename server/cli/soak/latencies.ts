import type { Agent, Said, Visitor } from '../e2e/actors.ts';
import type { ThreadView } from '../e2e/thread-view.ts';

export interface Quantiles {
  count: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** Something that was waited for: since when, as `performance.now()` tells it, and how long. */
export interface Wait {
  atMs: number;
  ms: number;
}

/** From the moment in which something is broken to the end of what follows from it. */
export interface Fault {
  fromMs: number;
  untilMs: number;
}

/** The same thing while nothing was broken, and within some seconds of a fault. */
export interface Calmness {
  atRest: Quantiles;
  nearFault: Quantiles;
}

export function byCalmness(waits: readonly Wait[], faults: readonly Fault[]): Calmness {
  const isNear = ({ atMs, ms }: Wait) => faults.some(({ fromMs, untilMs }) => atMs + ms >= fromMs && atMs < untilMs);
  return {
    atRest: quantiles(waits.filter((wait) => !isNear(wait))),
    nearFault: quantiles(waits.filter(isNear)),
  };
}

/**
 * Of what was waited for while something was broken, or not yet seen when that was over: how long after that. What was
 * under way by the time it was back, and shown before, has waited for nothing.
 */
export function missedIn(waits: readonly Wait[], faults: readonly (Fault & { backAtMs: number })[]): Wait[] {
  return faults.flatMap(({ fromMs, backAtMs, untilMs }) =>
    waits
      .filter(({ atMs, ms }) => atMs + ms >= fromMs && atMs < untilMs)
      .map(({ atMs, ms }) => {
        const since = Math.max(atMs, backAtMs);
        return { atMs: since, ms: Math.max(0, atMs + ms - since) };
      }),
  );
}

export function quantiles(waits: readonly Wait[]): Quantiles {
  const sorted = waits.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

/** From sending to the acknowledgement after commit: whoever was cut off repeats until there is one. */
export function acknowledgements(said: readonly Said[]): Wait[] {
  return said.flatMap(({ tookMs, acknowledgedAtMs }) =>
    tookMs === undefined || acknowledgedAtMs === undefined ? [] : [{ atMs: acknowledgedAtMs - tookMs, ms: tookMs }],
  );
}

/** From the acknowledgement to the screen of the other side. */
export function deliveries(said: readonly Said[], other: ThreadView | undefined): Wait[] {
  return said.flatMap(({ acknowledged, acknowledgedAtMs }) => {
    const shownAtMs = acknowledged === undefined ? undefined : other?.shownAtMs.get(acknowledged);
    if (shownAtMs === undefined || acknowledgedAtMs === undefined) return [];
    return [{ atMs: acknowledgedAtMs, ms: Math.max(0, shownAtMs - acknowledgedAtMs) }];
  });
}

/** What all of them waited for. */
export function waitsOf(visitors: readonly Visitor[], agent: Agent) {
  const ofAgent = ({ conversationId }: Visitor) => agent.said.get(conversationId) ?? [];
  return {
    acknowledged: visitors.flatMap((visitor) => acknowledgements([...visitor.said, ...ofAgent(visitor)])),
    shownToVisitors: visitors.flatMap((visitor) => deliveries(ofAgent(visitor), visitor.view)),
    shownToAgent: visitors.flatMap(({ said, conversationId }) => deliveries(said, agent.views.get(conversationId))),
  };
}
