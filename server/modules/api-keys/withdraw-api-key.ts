import type { Deps } from '../../deps.ts';
import type { MemberCaller } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { recordChange } from '../audit/record-change.ts';

/** Makes the key worthless; harmless when it already is. @throws NotFoundError `apiKey` */
export async function withdrawApiKey(
  { storage, bus, now }: Pick<Deps, 'storage' | 'bus' | 'now'>,
  { caller, apiKeyId, requestId }: { caller: MemberCaller; apiKeyId: string; requestId: string },
): Promise<void> {
  const { clientId, user } = caller;
  const revoked = await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const apiKey = await own.apiKeys.find(apiKeyId);
    if (!apiKey) throw new NotFoundError('apiKey');
    if (apiKey.revokedAt !== null) return apiKey;
    await recordChange(
      own,
      { user, requestId },
      { action: 'apiKey.revoked', targetType: 'apiKey', targetId: apiKey.id, details: { name: apiKey.name } },
    );
    return own.apiKeys.revoke(apiKey.id, now());
  });
  bus.publish('apiKey.revoked', { clientId, apiKeyId: revoked.id, keyHash: revoked.keyHash });
}
