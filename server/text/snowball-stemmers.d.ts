declare module 'snowball-stemmers' {
  /** @throws Error for an algorithm it does not have */
  export function newStemmer(algorithm: string): { stem(word: string): string };
  export function algorithms(): string[];
}
