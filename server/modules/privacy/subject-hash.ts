import { sha256Hex } from '../../lib/secrets.ts';
import { renewableForMs, visitorTokenLifetimeMs } from '../visitors/visitor-token.ts';

/** Under which it is kept that a visitor was erased. */
export function subjectHash(visitorId: string): string {
  return sha256Hex(`erased visitor ${visitorId.toLowerCase()}`);
}

/** After this time no token that was issued before an erasure is good for anything any more. */
export const subjectKeptMs = visitorTokenLifetimeMs + renewableForMs;
