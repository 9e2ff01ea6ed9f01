import * as contract from '../../../shared/contracts/visitor.ts';
import type { Widget } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import { Reply, type Route, route } from '../../http/route.ts';
import { withRatings } from '../answers/citations.ts';
import { postWithAttachments } from '../attachments/post-with-attachments.ts';
import { createTickets } from '../attachments/ticket.ts';
import { presentVisitorConversation } from '../conversations/conversation.presenter.ts';
import { markRead } from '../conversations/mark-read.ts';
import { presentVisitorMessage } from '../conversations/message.presenter.ts';
import { postMessage } from '../conversations/post-message.ts';
import { readVisitorThread } from '../conversations/read-thread.ts';
import type { InstallDoctor } from '../doctor/install-doctor.ts';
import { requestHandoff } from '../handoffs/request-handoff.ts';
import type { NoteInstall } from '../installs/note-install.ts';
import { rateConversation } from '../ratings/rate-conversation.ts';
import { presentRating } from '../ratings/rating.presenter.ts';
import { createIdentityCheck } from './identity-check.ts';
import { keepContext } from './keep-context.ts';
import { openVisitorSession } from './open-visitor-session.ts';
import { startVisitorConversation } from './start-visitor-conversation.ts';
import type { WidgetLookup } from './visitor-token.ts';
import { allowSite, isShownTo, readableByAll, widgetConfigBytes } from './widget-config.ts';

type VisitorDeps = Pick<Deps, 'config' | 'secrets' | 'storage' | 'bus' | 'now' | 'newId'>;

/** Who is told of pages that ask for a widget. */
interface Watchers {
  noteInstall?: NoteInstall;
  doctor?: InstallDoctor;
}

/** The API behind the widget. A visitor reaches their own conversations and nothing else. */
export function visitorRoutes(deps: VisitorDeps, widgets: WidgetLookup, watchers: Watchers = {}): Route[] {
  const { bus } = deps;
  const publicOrigin = deps.config.publicUrl;
  const { noteInstall, doctor } = watchers;
  const tickets = createTickets(deps.secrets.visitorTokenKeys, deps.now);
  const checkIdentity = createIdentityCheck(deps);
  return [
    route(contract.getWidgetConfig, async ({ params, request }) => {
      const { headers } = request;
      const widget = await widgets.findByPublicKey(params.publicKey);
      if (!widget) doctor?.strayed(params.publicKey, headers);
      else if (!isShownTo(widget, headers, publicOrigin)) doctor?.refused(widget, headers);
      const shown = answering(widget);
      const cors = allowSite(shown, headers, publicOrigin);
      void noteInstall?.(shown, headers);
      doctor?.shown(shown, headers);
      const { bytes, etag } = widgetConfigBytes(shown, { check: doctor?.isCheckDue(shown, headers) ?? false });
      return new Reply({ bytes, headers: { ...cors, ETag: etag, 'Cache-Control': 'no-cache' } });
    }),

    route(contract.openVisitorSession, async ({ params, body }) =>
      openVisitorSession({ ...deps, checkIdentity }, await activeWidget(widgets, params.publicKey), body),
    ),

    route(contract.startVisitorConversation, async ({ caller, body, request }) => {
      const userAgent = request.headers['user-agent'];
      const { conversation, message } = await startVisitorConversation(deps, { caller, start: body, userAgent });
      return {
        conversation: presentVisitorConversation(conversation),
        message: presentVisitorMessage(message, tickets),
      };
    }),

    route(contract.listVisitorConversations, async ({ caller, query }) => {
      const page = await caller.storage.conversations.list({ visitorId: caller.visitorId }, query);
      return { items: page.items.map(presentVisitorConversation), nextCursor: page.nextCursor };
    }),

    route(contract.listVisitorMessages, async ({ caller, params, query }) => {
      const { storage, visitorId } = caller;
      const { items, hasMore } = await readVisitorThread(storage, visitorId, params.conversationId, query);
      const views = items.map((message) => presentVisitorMessage(message, tickets));
      return { items: await withRatings(storage, views), hasMore };
    }),

    route(contract.postVisitorMessage, async ({ caller, params, body }) => {
      const { storage, visitorId, widget, clientId } = caller;
      const { attachmentIds, context, ...said } = body;
      const sender = { kind: 'visitor', visitorId, engine: widget.engine } as const;
      const post = { ...params, ...said };
      const { message, conversation } = attachmentIds
        ? await postWithAttachments(deps, { clientId, sender, post: { ...post, attachmentIds } })
        : await postMessage({ bus, storage }, sender, post);
      if (context) await keepContext({ bus, storage }, conversation, context);
      return presentVisitorMessage(message, tickets);
    }),

    route(contract.requestVisitorHandoff, async ({ caller, params, body }) => {
      const { clientId, visitorId } = caller;
      const conversation = await requestHandoff(deps, {
        clientId,
        conversationId: params.conversationId,
        requestedBy: 'visitor',
        reason: body.reason,
        onlyForVisitorId: visitorId,
      });
      return presentVisitorConversation(conversation);
    }),

    route(contract.rateVisitorConversation, async ({ caller, params, body }) =>
      presentRating(await rateConversation({ bus }, { caller, ...params, ...body })),
    ),

    route(contract.markVisitorRead, async ({ caller, params, body }) => {
      const { storage, visitorId } = caller;
      const { conversationId } = params;
      const mark = { conversationId, side: 'visitor', sequence: body.sequence, onlyForVisitorId: visitorId } as const;
      await markRead({ bus, storage }, mark);
      return undefined;
    }),
  ];
}

/** @throws HttpProblem `not-found` for a key nobody has, and for a widget that does not answer now */
async function activeWidget(widgets: WidgetLookup, publicKey: string): Promise<Widget> {
  return answering(await widgets.findByPublicKey(publicKey));
}

/** @throws as `activeWidget` */
function answering(widget: Widget | undefined): Widget {
  if (!widget) throw new HttpProblem('not-found', 'No widget has this public key.', readableByAll);
  if (widget.status !== 'active') {
    throw new HttpProblem('not-found', 'This widget is not active. Activate it in its settings.', readableByAll);
  }
  return widget;
}
