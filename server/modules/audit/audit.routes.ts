import { listAudit } from '../../../shared/contracts/clients.ts';
import type { Deps } from '../../deps.ts';
import { type Route, route } from '../../http/route.ts';
import { presentAuditEntry } from './audit.presenter.ts';

export function auditRoutes(_deps: Deps): Route[] {
  return [
    route(listAudit, async ({ caller, query }) => {
      const { items, nextCursor } = await caller.storage.audit.list(query);
      return { items: items.map(presentAuditEntry), nextCursor };
    }),
  ];
}
