import type * as z from 'zod/mini';
import type { visitorView } from '../../../shared/contracts/conversations.ts';
import type { Visitor } from '../../../shared/schema.ts';

/** What to call a visitor; null when nothing is known to call them by. */
export function visitorNameOf(visitor: Pick<Visitor, 'name' | 'email'>): string | null {
  return visitor.name ?? visitor.email;
}

/** What an agent is told about the visitor. */
export function presentVisitor(visitor: Visitor): z.output<typeof visitorView> {
  return {
    id: visitor.id,
    externalId: visitor.externalId,
    name: visitor.name,
    email: visitor.email,
    info: visitor.info,
    locale: visitor.locale,
    pageUrl: visitor.pageUrl,
    userAgent: visitor.userAgent,
    createdAt: visitor.createdAt.toISOString(),
    lastSeenAt: visitor.lastSeenAt.toISOString(),
  };
}
