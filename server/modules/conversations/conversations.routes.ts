import * as contract from '../../../shared/contracts/conversations.ts';
import type { Deps } from '../../deps.ts';
import { type Route, route } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { postWithAttachments } from '../attachments/post-with-attachments.ts';
import { presentRating } from '../ratings/rating.presenter.ts';
import { presentConversation, presentConversations } from './conversation.presenter.ts';
import { deleteConversation } from './delete-conversation.ts';
import { markRead } from './mark-read.ts';
import { presentMessage } from './message.presenter.ts';
import { postMessage } from './post-message.ts';
import { readThread } from './read-thread.ts';
import { updateConversation } from './update-conversation.ts';
import { presentVisitor, visitorNameOf } from './visitor.presenter.ts';

/** The inbox: what members do with their client's conversations. */
export function conversationsRoutes(deps: Pick<Deps, 'storage' | 'files' | 'bus' | 'now' | 'newId' | 'log'>): Route[] {
  const { bus } = deps;
  return [
    route(contract.listConversations, async ({ caller, query }) => {
      const { limit, cursor, assigneeId, ...filter } = query;
      const assignee = assigneeId === 'none' ? null : assigneeId;
      const page = await caller.storage.conversations.list({ ...filter, assigneeId: assignee }, { limit, cursor });
      return { items: await presentConversations(caller.storage, page.items), nextCursor: page.nextCursor };
    }),

    route(contract.getConversation, async ({ caller, params }) => {
      const conversation = await caller.storage.conversations.find(params.conversationId);
      if (!conversation) throw new NotFoundError('conversation');
      const visitor = conversation.visitorId && (await caller.storage.visitors.find(conversation.visitorId));
      const rating = await caller.storage.ratings.find(conversation.id);
      return {
        ...presentConversation(conversation),
        visitorName: visitor ? visitorNameOf(visitor) : null,
        visitor: visitor ? presentVisitor(visitor) : null,
        rating: rating ? presentRating(rating) : null,
      };
    }),

    route(contract.updateConversation, async ({ caller, params, body, request }) => {
      const { conversationId } = params;
      const { requestId } = request;
      return presentConversation(await updateConversation(deps, { caller, conversationId, wish: body, requestId }));
    }),

    route(contract.deleteConversation, async ({ caller, params, request }) => {
      const { conversationId } = params;
      await deleteConversation(deps, { caller, conversationId, requestId: request.requestId });
      return undefined;
    }),

    route(contract.listMessages, async ({ caller, params, query }) => {
      const { items, hasMore } = await readThread(caller.storage, params.conversationId, query);
      return { items: items.map(presentMessage), hasMore };
    }),

    route(contract.postAgentMessage, async ({ caller, params, body }) => {
      const { storage, user, clientId } = caller;
      const { attachmentIds, ...said } = body;
      const sender = { kind: 'agent', userId: user.id, name: user.name } as const;
      const post = { ...params, ...said };
      const { message } = attachmentIds
        ? await postWithAttachments(deps, { clientId, sender, post: { ...post, attachmentIds } })
        : await postMessage({ bus, storage }, sender, post);
      return presentMessage(message);
    }),

    route(contract.markConversationRead, async ({ caller, params, body }) => {
      const { conversationId } = params;
      await markRead({ bus, storage: caller.storage }, { conversationId, side: 'agent', sequence: body.sequence });
      return undefined;
    }),
  ];
}
