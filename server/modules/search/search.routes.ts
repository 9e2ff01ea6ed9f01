import * as contract from '../../../shared/contracts/inbox.ts';
import { type Route, route } from '../../http/route.ts';
import { searchConversations } from './search-conversations.ts';

/** Finding conversations, and counting them. Their paths must be served before those with a conversation's id. */
export function searchRoutes(): Route[] {
  return [
    route(contract.searchConversations, async ({ caller, query }) => {
      const { q, ...page } = query;
      return searchConversations(caller.storage, q, page);
    }),

    route(contract.countConversations, async ({ caller }) => caller.storage.counts.conversations()),
  ];
}
