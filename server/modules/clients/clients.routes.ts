import { createClient, deleteClient, getClient, updateClient } from '../../../shared/contracts/clients.ts';
import type { Deps } from '../../deps.ts';
import { type Route, route } from '../../http/route.ts';
import { presentClient } from './clients.presenter.ts';
import { foundClient } from './found-client.ts';
import { removeClient } from './remove-client.ts';
import { renameClient } from './rename-client.ts';

export function clientsRoutes(deps: Deps): Route[] {
  return [
    route(createClient, async ({ caller, body, request }) => {
      const by = { user: caller.user, requestId: request.requestId };
      const client = await deps.storage.transaction((scope) => foundClient(scope, { name: body.name, by }));
      deps.bus.publish('membership.changed', { clientId: client.id, userId: caller.user.id });
      return presentClient(client);
    }),

    route(getClient, async ({ caller }) => presentClient(await caller.storage.client.get())),

    route(updateClient, async ({ caller, body, request }) =>
      presentClient(await renameClient(deps, { caller, name: body.name, requestId: request.requestId })),
    ),

    route(deleteClient, async ({ caller, body, request }) => {
      await removeClient(deps, { caller, confirmName: body.confirmName, requestId: request.requestId });
      return undefined;
    }),
  ];
}
