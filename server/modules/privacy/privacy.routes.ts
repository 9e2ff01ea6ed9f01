import type { ErasureView } from '../../../shared/contracts/privacy.ts';
import * as contract from '../../../shared/contracts/privacy.ts';
import type { Erasure } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { type Route, route } from '../../http/route.ts';
import { type EraseDeps, eraseVisitor } from './erase-visitor.ts';
import { exportVisitor } from './export-visitor.ts';
import { tooOldBefore } from './retain-conversations.ts';
import { readPrivacy, setRetention } from './set-retention.ts';

/** How long visitors' data is kept; and getting and erasing that of one visitor, by a member, a program or themselves. */
export function privacyRoutes(deps: EraseDeps & Pick<Deps, 'files'>): Route[] {
  return [
    route(contract.getPrivacy, ({ caller }) => readPrivacy(caller.storage)),

    route(contract.updatePrivacy, ({ caller, body, request }) =>
      setRetention(deps, { caller, requestId: request.requestId, ...body }),
    ),

    route(contract.previewRetention, ({ caller, query }) =>
      caller.storage.privacy.countDue(tooOldBefore(deps.now(), query.days)),
    ),

    route(contract.listErasures, async ({ caller, query }) => {
      const { items, nextCursor } = await caller.storage.erasures.list(query);
      return { items: items.map(presentErasure), nextCursor };
    }),

    route(contract.exportVisitor, ({ caller, params }) =>
      exportVisitor(deps, { own: caller.storage, visitorId: params.visitorId, forVisitor: false }),
    ),

    route(contract.integrationExportVisitor, ({ caller, params }) =>
      exportVisitor(deps, { own: caller.storage, visitorId: params.visitorId, forVisitor: false }),
    ),

    route(contract.exportOwnData, ({ caller }) =>
      exportVisitor(deps, { own: caller.storage, visitorId: caller.visitorId, forVisitor: true }),
    ),

    route(contract.eraseVisitor, async ({ caller, params, request }) => {
      const { clientId, user } = caller;
      const by = { kind: 'user', userId: user.id, name: user.name, requestId: request.requestId } as const;
      return presentErasure(await eraseVisitor(deps, { clientId, visitorId: params.visitorId, by }));
    }),

    route(contract.integrationEraseVisitor, async ({ caller, params, request }) => {
      const { clientId, apiKey } = caller;
      const by = { kind: 'apiKey', userId: null, name: apiKey.name, requestId: request.requestId } as const;
      return presentErasure(await eraseVisitor(deps, { clientId, visitorId: params.visitorId, by }));
    }),

    route(contract.eraseOwnData, async ({ caller, request }) => {
      const { clientId, visitorId, widget } = caller;
      const by = { kind: 'visitor', userId: null, name: 'Visitor', requestId: request.requestId } as const;
      return presentErasure(await eraseVisitor(deps, { clientId, visitorId, by, widgetId: widget.id }));
    }),
  ];
}

function presentErasure({ id, actorKind, counts, createdAt }: Erasure): ErasureView {
  return { id, actorKind, counts, createdAt: createdAt.toISOString() };
}
