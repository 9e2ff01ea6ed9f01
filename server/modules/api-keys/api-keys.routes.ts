import { createApiKey, listApiKeys, revokeApiKey } from '../../../shared/contracts/clients.ts';
import type { ApiKey } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { paginate } from '../../http/paginate.ts';
import { type Route, route } from '../../http/route.ts';
import { presentApiKey } from './api-keys.presenter.ts';
import { makeApiKey } from './make-api-key.ts';
import { withdrawApiKey } from './withdraw-api-key.ts';

const newestFirst = {
  direction: 'descending',
  positionOf: (apiKey: ApiKey) => ({ at: apiKey.createdAt, id: apiKey.id }),
} as const;

export function apiKeysRoutes(deps: Deps): Route[] {
  return [
    route(listApiKeys, async ({ caller, query }) => {
      const { items, nextCursor } = paginate(await caller.storage.apiKeys.list(), query, newestFirst);
      return { items: items.map(presentApiKey), nextCursor };
    }),

    route(createApiKey, async ({ caller, body, request }) => {
      const { apiKey, key } = await makeApiKey(deps, { caller, name: body.name, requestId: request.requestId });
      return { apiKey: presentApiKey(apiKey), key };
    }),

    route(revokeApiKey, async ({ caller, params, request }) => {
      await withdrawApiKey(deps, { caller, apiKeyId: params.apiKeyId, requestId: request.requestId });
      return undefined;
    }),
  ];
}
