import type { ApiKey } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import type { MemberCaller } from '../../http/route.ts';
import { randomToken, sha256Hex } from '../../lib/secrets.ts';
import { recordChange } from '../audit/record-change.ts';

/** Long enough for a person to tell keys apart, far too short to be of use. */
const prefixChars = 11;

/** Makes a secret key. The whole of it is in the result and nowhere else: only its hash is stored. */
export async function makeApiKey(
  { storage }: Pick<Deps, 'storage'>,
  { caller, name, requestId }: { caller: MemberCaller; name: string; requestId: string },
): Promise<{ apiKey: ApiKey; key: string }> {
  const key = `ck_${randomToken(32)}`;
  const apiKey = await storage.transaction(async (scope) => {
    const own = scope.forClient(caller.clientId);
    const created = await own.apiKeys.create({
      name,
      prefix: key.slice(0, prefixChars),
      keyHash: sha256Hex(key),
      createdBy: caller.user.id,
    });
    await recordChange(
      own,
      { user: caller.user, requestId },
      { action: 'apiKey.created', targetType: 'apiKey', targetId: created.id, details: { name } },
    );
    return created;
  });
  return { apiKey, key };
}
