import type * as z from 'zod/mini';
import type { auditEntryView } from '../../../shared/contracts/clients.ts';
import type { AuditEntry } from '../../../shared/schema.ts';

export function presentAuditEntry(entry: AuditEntry): z.output<typeof auditEntryView> {
  return {
    id: entry.id,
    actorKind: entry.actorKind,
    actorId: entry.actorId,
    actorName: entry.actorName,
    action: entry.action,
    targetType: entry.targetType,
    targetId: entry.targetId,
    details: entry.details,
    createdAt: entry.createdAt.toISOString(),
  };
}
