import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import express from 'express';
import type { Pool } from 'pg';
import type { Deps } from './deps.ts';
import { demandHttps, setDefaultHeaders } from './http/default-headers.ts';
import { createDispatch } from './http/dispatch.ts';
import { answerUnknownRoute, assignRequestId, createErrorHandler, mountRoutes } from './http/express-door.ts';
import { createHotDoor } from './http/hot-door.ts';
import { hotRoutes } from './http/hot-routes.ts';
import { createRateLimits } from './http/rate-limits.ts';
import { refuseUnreadable, refuseWithoutHost } from './http/refuse-unreadable.ts';
import { createRemoteAddressOf } from './http/remote-address.ts';
import type { Route } from './http/route.ts';
import { createSessionLayer } from './http/session.ts';
import { accountsRoutes } from './modules/accounts/accounts.routes.ts';
import { createAnswering } from './modules/answers/create-answering.ts';
import { createApiKeyCheck } from './modules/api-keys/api-key-check.ts';
import { apiKeysRoutes } from './modules/api-keys/api-keys.routes.ts';
import { attachmentsRoutes } from './modules/attachments/attachments.routes.ts';
import { auditRoutes } from './modules/audit/audit.routes.ts';
import { cannedRepliesRoutes } from './modules/canned-replies/canned-replies.routes.ts';
import { clientsRoutes } from './modules/clients/clients.routes.ts';
import { conversationsRoutes } from './modules/conversations/conversations.routes.ts';
import { doctorRoutes } from './modules/doctor/doctor.routes.ts';
import { createInstallDoctor } from './modules/doctor/install-doctor.ts';
import { createDashboardRouter } from './modules/embed/dashboard.router.ts';
import { createEmbedRouter } from './modules/embed/embed.router.ts';
import { handoffsRoutes } from './modules/handoffs/handoffs.routes.ts';
import { installsRoutes } from './modules/installs/installs.routes.ts';
import { createNoteInstall } from './modules/installs/note-install.ts';
import { integrationRoutes } from './modules/integration/integration.routes.ts';
import { knowledgeApiRoutes, knowledgeRoutes } from './modules/knowledge/knowledge.routes.ts';
import { membersRoutes } from './modules/members/members.routes.ts';
import { notesRoutes } from './modules/notes/notes.routes.ts';
import type { Operator } from './modules/operator/create-operator.ts';
import { createOperatorRouter } from './modules/operator/operator.router.ts';
import { privacyRoutes } from './modules/privacy/privacy.routes.ts';
import { searchRoutes } from './modules/search/search.routes.ts';
import { createMetrics } from './modules/system/metrics.ts';
import { createSystemRouter } from './modules/system/system.router.ts';
import { createVisitorCheck } from './modules/visitors/visitor-token.ts';
import { visitorRoutes } from './modules/visitors/visitors.routes.ts';
import { webhooksRoutes } from './modules/webhooks/webhooks.routes.ts';
import { createWidgetDirectory } from './modules/widgets/widget-directory.ts';
import { widgetsRoutes } from './modules/widgets/widgets.routes.ts';
import { createRealtime, type Realtime } from './realtime/server.ts';
import type { ReplicaNumbers } from './storage/database/replica.ts';

export interface App {
  /** Not yet listening. */
  server: Server;
  /** The sockets, for whoever brings the events of other processes. */
  realtime: Pick<Realtime, 'makeUpForGap' | 'watchedClients'>;
  /** Every endpoint that is served, for the tests that walk them. */
  routes: Route[];
  /** Takes no new work, lets running requests end, closes sockets; at most `graceMs`. Storage is left open. */
  stop(graceMs: number): Promise<void>;
}

export interface AppParts {
  /** Only counted, as the replica is. */
  pool?: Pool | undefined;
  replica?: (() => ReplicaNumbers | undefined) | undefined;
  /** Undefined: there is no `/operator`. */
  operator?: Operator | undefined;
  /** How many other processes there are, as far as is known; left out: none. */
  peers?: (() => number) | undefined;
}

/** The whole server on one screen: who is asked in which order. */
export function createApp(deps: Deps, { pool, replica, operator, peers }: AppParts = {}): App {
  let stopping = false;
  const widgetDirectory = createWidgetDirectory(deps);
  const apiKeyCheck = createApiKeyCheck(deps);
  const visitorCheck = createVisitorCheck(deps, widgetDirectory);
  const sessionLayer = createSessionLayer(deps);
  const remoteAddressOf = createRemoteAddressOf(deps.config.trustProxyHops);
  const metrics = createMetrics({
    bus: deps.bus,
    queue: deps.storage.queue,
    deliveryQueue: deps.storage.deliveryQueue,
    pool,
    replica,
    measures: deps.measures,
    sockets: () => realtime.connections(),
  });

  const noteInstall = createNoteInstall(deps);
  const doctor = createInstallDoctor(deps);
  const routes: Route[] = [
    ...accountsRoutes(deps),
    ...clientsRoutes(deps),
    ...membersRoutes(deps),
    ...apiKeysRoutes(deps),
    ...auditRoutes(deps),
    ...widgetsRoutes(deps),
    ...installsRoutes(),
    ...doctorRoutes(deps, widgetDirectory, doctor),
    ...searchRoutes(),
    ...conversationsRoutes(deps),
    ...attachmentsRoutes(deps),
    ...notesRoutes(deps),
    ...cannedRepliesRoutes(deps),
    ...handoffsRoutes(deps),
    ...knowledgeRoutes(deps),
    ...knowledgeApiRoutes(deps),
    ...createAnswering(deps).routes,
    ...webhooksRoutes(deps),
    ...visitorRoutes(deps, widgetDirectory, { noteInstall, doctor }),
    ...integrationRoutes(deps),
    ...privacyRoutes(deps),
  ];
  const limits = deps.config.rateLimits ? createRateLimits(deps, metrics.limited, peers) : undefined;
  const dispatch = createDispatch({
    limits,
    storage: deps.storage,
    credentials: { apiKey: apiKeyCheck, visitorToken: visitorCheck },
    publicOrigin: deps.config.publicUrl,
    log: deps.log,
    observe: metrics.observe,
  });

  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('trust proxy', deps.config.trustProxyHops);
  app.use(setDefaultHeaders);
  app.use(assignRequestId);
  app.use(createSystemRouter(deps, metrics, routes, () => stopping));
  if (operator) app.use(createOperatorRouter(deps, operator));
  app.use(createEmbedRouter({ ...deps, doctor }, widgetDirectory));
  mountRoutes(app, routes, {
    dispatch,
    remoteAddressOf,
    sessionMiddleware: sessionLayer.middleware,
    sessionHandleOf: sessionLayer.handleOf,
  });
  app.use(createDashboardRouter(deps));
  app.use(answerUnknownRoute);
  app.use(createErrorHandler((error, requestId) => deps.log.error({ event: 'request.failed', requestId, err: error })));

  const hotDoor = createHotDoor(hotRoutes(routes), dispatch, remoteAddressOf);
  // A request without a Host is refused below; Node would do so without a reason.
  const server = createServer({ requireHostHeader: false }, (request: IncomingMessage, response: ServerResponse) => {
    demandHttps(response, deps.config.publicUrl);
    if (refuseWithoutHost(request, response) || hotDoor(request, response)) return;
    app(request, response);
  });
  refuseUnreadable(server);
  const realtime = createRealtime(server, {
    ...deps,
    limits,
    visitorCheck,
    apiKeyCheck,
    sessionOf: sessionLayer.sessionOf,
  });

  return {
    server,
    realtime,
    routes,
    async stop(graceMs) {
      stopping = true;
      limits?.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await realtime.close();
      server.closeIdleConnections();
      const force = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(force);
      await Promise.all([noteInstall.settled(), doctor.settled()]);
    },
  };
}
