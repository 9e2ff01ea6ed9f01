import * as contract from '../../../shared/contracts/inbox.ts';
import type { Deps } from '../../deps.ts';
import { type Route, route } from '../../http/route.ts';
import { presentConversation } from '../conversations/conversation.presenter.ts';
import { requestHandoff } from './request-handoff.ts';

/** Calling for a person, by a member; visitors do so through `visitors.routes.ts`. */
export function handoffsRoutes(deps: Pick<Deps, 'storage' | 'bus'>): Route[] {
  return [
    route(contract.requestHandoff, async ({ caller, params, body, request }) => {
      const { clientId, user } = caller;
      const conversation = await requestHandoff(deps, {
        clientId,
        conversationId: params.conversationId,
        requestedBy: 'agent',
        reason: body.reason,
        actor: { user, requestId: request.requestId },
      });
      return presentConversation(conversation);
    }),
  ];
}
