/** What is known of all passages of a client together. */
export interface CorpusStatistics {
  passages: number;
  /** Sums over all passages, in words as `PassageVector` counts them. */
  titleWords: number;
  textWords: number;
  /** Number of passages by their language. */
  languages: Record<string, number>;
}

/** How telling a term is that so many of the passages have; never negative. */
export function rareness(passages: number, frequency: number): number {
  return Math.log(1 + (passages - Math.min(frequency, passages) + 0.5) / (Math.min(frequency, passages) + 0.5));
}
