import { desc, lt } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type AuditEntry, auditLog } from '../../../shared/schema.ts';
import { decodeIdCursor, encodeIdCursor } from '../cursor.ts';
import type { AuditRepository, NewAuditEntry } from '../repositories/audit.ts';
import type { Page, PageRequest } from '../storage.ts';
import type { Handle } from './handle.ts';
import { pageOf } from './page.ts';
import { owned } from './scope.ts';

export class DatabaseAudit implements AuditRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async append(input: NewAuditEntry): Promise<AuditEntry> {
    const row = {
      clientId: this.#clientId,
      id: this.#handle.env.newId(),
      actorKind: input.actorKind,
      actorId: input.actorId,
      actorName: input.actorName,
      action: input.action,
      targetType: input.targetType,
      targetId: input.targetId,
      details: input.details,
      requestId: input.requestId,
      createdAt: this.#handle.env.now(),
    };
    const [entry] = await this.#handle.write((db) => db.insert(auditLog).values(row).returning());
    return entry!;
  }

  list(page: PageRequest): Promise<Page<AuditEntry>> {
    return this.#handle.readOnReplica(async (db) => {
      const before = page.cursor === undefined ? undefined : lt(auditLog.id, decodeIdCursor(page.cursor));
      const rows = await db
        .select()
        .from(auditLog)
        .where(owned(auditLog, this.#clientId, before))
        .orderBy(desc(auditLog.id))
        .limit(page.limit + 1);
      return pageOf(rows, page.limit, (last) => encodeIdCursor(last.id));
    });
  }
}
