import * as contract from '../../../shared/contracts/inbox.ts';
import type { Deps } from '../../deps.ts';
import { type Route, route } from '../../http/route.ts';
import { decodeTextCursor, encodeTextCursor } from '../../storage/cursor.ts';
import { presentCannedReply } from './canned-reply.presenter.ts';
import { changeCannedReply } from './change-canned-reply.ts';
import { makeCannedReply } from './make-canned-reply.ts';
import { removeCannedReply } from './remove-canned-reply.ts';

/** Texts that agents insert by their shortcuts: all agents use them, owners and admins keep them. */
export function cannedRepliesRoutes(deps: Pick<Deps, 'storage'>): Route[] {
  return [
    route(contract.listCannedReplies, async ({ caller, query }) => {
      const { limit, cursor } = query;
      const after = cursor === undefined ? undefined : decodeTextCursor(cursor);
      const replies = await caller.storage.cannedReplies.list();
      const rest = after === undefined ? replies : replies.filter(({ shortcut }) => shortcut > after);
      const page = rest.slice(0, limit);
      const nextCursor = rest.length > limit ? encodeTextCursor(page.at(-1)!.shortcut) : null;
      return { items: page.map(presentCannedReply), nextCursor };
    }),

    route(contract.createCannedReply, async ({ caller, body, request }) =>
      presentCannedReply(await makeCannedReply(deps, { caller, input: body, requestId: request.requestId })),
    ),

    route(contract.updateCannedReply, async ({ caller, params, body, request }) => {
      const { cannedReplyId } = params;
      const { requestId } = request;
      return presentCannedReply(await changeCannedReply(deps, { caller, cannedReplyId, wish: body, requestId }));
    }),

    route(contract.deleteCannedReply, async ({ caller, params, request }) => {
      await removeCannedReply(deps, {
        caller,
        cannedReplyId: params.cannedReplyId,
        requestId: request.requestId,
      });
      return undefined;
    }),
  ];
}
