import type * as z from 'zod/mini';
import type { apiKeyView } from '../../../shared/contracts/clients.ts';
import type { ApiKey } from '../../../shared/schema.ts';

export function presentApiKey(apiKey: ApiKey): z.output<typeof apiKeyView> {
  return {
    id: apiKey.id,
    name: apiKey.name,
    prefix: apiKey.prefix,
    createdAt: apiKey.createdAt.toISOString(),
    lastUsedAt: apiKey.lastUsedAt?.toISOString() ?? null,
    revokedAt: apiKey.revokedAt?.toISOString() ?? null,
  };
}
