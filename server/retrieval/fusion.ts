import type { PassageHit } from '../storage/repositories/passages.ts';
import type { Near } from './nearest.ts';
import type { Ranked } from './rank.ts';
import { matchesOf } from './results.ts';

/** As in Cormack, Clarke and Büttcher (2009): how little the first places count more than those that follow. */
const rankConstant = 60;
/** No meaning alone makes an assistant surer than this. */
const nearConfidenceMax = 0.6;

/** A passage in the list that is answered. */
export interface Placed extends Pick<PassageHit, 'score' | 'matches' | 'nearness'> {
  id: string;
}

/**
 * The passages to answer, at most `limit`: of two lists, each the best first, fused by reciprocal rank, so that what
 * stands near the top of both comes first, equal ones by id; where nothing is near, as they were found by words.
 */
export function placed(ranked: readonly Ranked[], near: readonly Near[], limit: number): Placed[] {
  if (near.length === 0) {
    return ranked.slice(0, limit).map((one) => ({ id: one.id, score: one.score, matches: matchesOf(one) }));
  }
  const fused = new Map<string, Placed>();
  const words = new Map(ranked.map((found) => [found.id, found]));
  for (const [at, { id }] of ranked.entries()) fused.set(id, { id, score: shareOf(at), matches: [] });
  for (const [at, { id, cosine }] of near.entries()) {
    const score = (fused.get(id)?.score ?? 0) + shareOf(at);
    fused.set(id, { id, score, matches: [], nearness: cosine });
  }
  return [...fused.values()]
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, limit)
    .map((one) => {
      const found = words.get(one.id);
      return found ? { ...one, matches: matchesOf(found) } : one;
    });
}

/**
 * How sure it is that there is an answer, of how sure the words make it and of the nearest passage. Nothing near leaves
 * it as it is; from the floor halfway to the same meaning, nearness closes up to 0.6 of what is missing.
 */
export function confidenceWith(byWords: number, near: readonly Near[], floor = 0): number {
  const [nearest] = near;
  if (!nearest) return byWords;
  const nearness = Math.min(1, (2 * (nearest.cosine - floor)) / (1 - floor));
  return byWords + (1 - byWords) * nearConfidenceMax * Math.max(0, nearness);
}

function shareOf(at: number): number {
  return 1 / (rankConstant + at + 1);
}
