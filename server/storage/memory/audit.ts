import type { ClientId } from '../../../shared/ids.ts';
import { decodeIdCursor, encodeIdCursor } from '../cursor.ts';
import type { AuditRepository } from '../repositories/audit.ts';
import { auditLog } from './mem-client-tables.ts';
import type { MemContext } from './mem-context.ts';
import { takePage } from './mem-page.ts';
import { idOrNull } from './mem-values.ts';

export function createAudit({ env, read, write }: MemContext, clientId: ClientId): AuditRepository {
  return {
    append: ({ actorKind, actorId, actorName, action, targetType, targetId, details, requestId }) =>
      write((tx) =>
        tx.of(auditLog).insert({
          clientId,
          id: env.newId(),
          actorKind,
          actorId: idOrNull(actorId),
          actorName,
          action,
          targetType,
          targetId,
          details,
          requestId,
          createdAt: env.now(),
        }),
      ),

    list: ({ limit, cursor }) =>
      read((tx) => {
        const beyond = cursor === undefined ? undefined : { id: decodeIdCursor(cursor) };
        const rows = tx.of(auditLog).scan('client', clientId, { descending: true, beyond });
        return takePage(rows, limit, (entry) => encodeIdCursor(entry.id));
      }),
  };
}
