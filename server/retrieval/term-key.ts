/**
 * Terms are kept as numbers of 32 bits, so that postings are small and the same in memory and in Postgres. Two terms of a
 * client with the same number count as one; of a million terms that befalls one in some 4,000.
 */

/** What tells the numbers of one client from another's, so that no posting list holds passages of two. */
export function seedOf(clientId: string): number {
  return mix(0x9e3779b9, clientId);
}

/** The number of a term, a signed integer of 32 bits. */
export function termKey(term: string, seed: number): number {
  return mix(seed, term);
}

/** The number under which only the passages stand that are about the term: in their title, or several times. */
export function strongKey(key: number): number {
  return finish(key ^ 0x5bd1e995);
}

function mix(seed: number, text: string): number {
  let hash = seed | 0;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash ^= hash >>> 15;
  }
  return finish(hash);
}

function finish(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
