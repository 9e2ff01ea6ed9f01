import type { ClientStorage } from '../../storage/storage.ts';
import { subjectHash } from './subject-hash.ts';

/**
 * Whether the visitor was erased since their token was made; without a time: ever, so far as it is remembered, which is
 * as long as any token from before is good for anything.
 */
export async function wasErased(
  own: ClientStorage,
  { visitorId, tokenIssuedAt }: { visitorId: string; tokenIssuedAt?: Date },
): Promise<boolean> {
  const at = await own.erasures.erasedAt(subjectHash(visitorId));
  return at !== undefined && (tokenIssuedAt === undefined || tokenIssuedAt <= at);
}
