import { LRUCache } from 'lru-cache';
import type { Deps } from '../../deps.ts';
import type { ApiKeyCaller } from '../../http/route.ts';
import { createReadThroughCache } from '../../lib/read-through-cache.ts';
import { sha256Hex } from '../../lib/secrets.ts';
import { demoCredentials } from '../demo/demo-credentials.ts';

const keyCharsMax = 200;
const markUsedEveryMs = 60_000;

export type ApiKeyCheck = (key: string) => Promise<ApiKeyCaller | undefined>;

/**
 * The caller behind a secret key; undefined when the key is unknown or revoked, and for the demo key in production. A
 * key revoked by this process is refused at once, one revoked by another process after at most 5 seconds. That a key
 * was used is noted at most once a minute and is never waited for.
 */
export function createApiKeyCheck(deps: Pick<Deps, 'config' | 'storage' | 'bus' | 'log' | 'now'>): ApiKeyCheck {
  const callers = createReadThroughCache<ApiKeyCaller>({
    async load(keyHash) {
      const apiKey = await deps.storage.directory.findApiKeyByHash(keyHash);
      if (!apiKey) return undefined;
      const { clientId } = apiKey;
      return { kind: 'apiKey', apiKey, clientId, storage: deps.storage.forClient(clientId) };
    },
    max: 10_000,
    ttlMs: 5_000,
    missTtlMs: 1_000,
  });
  deps.bus.subscribe('apiKey.revoked', ({ keyHash }) => callers.drop(keyHash));
  deps.bus.subscribe('client.removed', ({ clientId }) => callers.dropWhere((caller) => caller.clientId === clientId));

  const marked = new LRUCache<string, number>({ max: 10_000 });
  const markUsed = ({ apiKey, storage }: ApiKeyCaller) => {
    const at = deps.now();
    if (at.getTime() - (marked.get(apiKey.id) ?? 0) < markUsedEveryMs) return;
    marked.set(apiKey.id, at.getTime());
    storage.apiKeys.markUsed(apiKey.id, at).catch((err: unknown) => {
      marked.delete(apiKey.id);
      deps.log.error({ event: 'api-key.mark-used-failed', apiKeyId: apiKey.id, err });
    });
  };

  return async (key) => {
    if (key.length > keyCharsMax || (deps.config.production && key === demoCredentials.apiKey)) return undefined;
    const caller = await callers.get(sha256Hex(key));
    if (caller) markUsed(caller);
    return caller;
  };
}
