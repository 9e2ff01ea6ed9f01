import * as contract from '../../../shared/contracts/integration.ts';
import type { Deps } from '../../deps.ts';
import type { ExchangeRequest } from '../../http/exchange.ts';
import { Reply, type Route, route } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { postMessage } from '../conversations/post-message.ts';
import { readThread } from '../conversations/read-thread.ts';
import { presentIntegrationConversation, presentIntegrationMessage } from './integration.presenter.ts';
import { decodeSequenceCursor, encodeSequenceCursor } from './sequence-cursor.ts';

/** The API for other programs. */
export function integrationRoutes({ bus }: Pick<Deps, 'bus'>): Route[] {
  return [
    route(contract.integrationCreateConversation, async ({ caller, body }) => {
      const { storage, clientId } = caller;
      const { title = null, metadata = {} } = body ?? {};
      const { conversation } = await storage.conversations.create({ title, metadata });
      bus.publish('conversation.created', { clientId, conversation });
      return presentIntegrationConversation(conversation);
    }),

    route(contract.integrationListConversations, async ({ caller, query, request }) => {
      const page = await caller.storage.conversations.list({}, query);
      const view = page.items.map(presentIntegrationConversation);
      return new Reply({ view, headers: linkToNext(request, query.limit, page.nextCursor) });
    }),

    route(contract.integrationGetConversation, async ({ caller, params }) => {
      const conversation = await caller.storage.conversations.find(params.id);
      if (!conversation) throw new NotFoundError('conversation');
      return presentIntegrationConversation(conversation);
    }),

    route(contract.integrationListMessages, async ({ caller, params, query, request }) => {
      const { limit, cursor } = query;
      const after = cursor === undefined ? 0 : decodeSequenceCursor(cursor);
      const { items, hasMore } = await readThread(caller.storage, params.id, { after, limit });
      const last = items.at(-1);
      const nextCursor = hasMore && last ? encodeSequenceCursor(last.sequence) : null;
      const view = items.map(presentIntegrationMessage);
      return new Reply({ view, headers: linkToNext(request, limit, nextCursor) });
    }),

    route(contract.integrationPostMessage, async ({ caller, params, body }) => {
      const { storage } = caller;
      const { role, metadata, content, clientMessageId } = body;
      const post = { conversationId: params.id, content, clientMessageId };
      const { message } = await postMessage({ bus, storage }, { kind: 'program', role, metadata }, post);
      return presentIntegrationMessage(message);
    }),
  ];
}

/** RFC 8288; relative, so that it is right behind any proxy and on either path. */
function linkToNext({ path }: ExchangeRequest, limit: number, cursor: string | null): Record<string, string> {
  return cursor === null ? {} : { Link: `<${path}?limit=${limit}&cursor=${encodeURIComponent(cursor)}>; rel="next"` };
}
