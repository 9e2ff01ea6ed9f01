/** A sequence number as Postgres can take it: whole, from 0 to what an `integer` column holds. */
export function clampSequence(sequence: number): number {
  return Math.min(Math.max(Math.trunc(sequence), 0), 2_147_483_647);
}
