import type { VisitorMessageView } from '../../../../shared/contracts/visitor.ts';
import type { Context } from '../../wire.ts';

/** A passage behind an answer, to be shown under it. */
export interface Citation {
  title: string;
  url?: string;
}

/** An entry of the thread. The same id again with more text is the same entry grown: that is how answers stream. */
export type ThreadMessage = VisitorMessageView & { citations?: readonly Citation[] };

/** What goes along with the first message of a conversation. */
export interface StartFacts {
  locale: string;
  pageUrl?: string;
  preChat?: Record<string, string>;
  context?: Context;
}

/** A message of the visitor that the server has not acknowledged yet. */
export interface OutboxEntry {
  /** Made here once; every attempt carries it, so that the server stores one message. */
  id: string;
  /** The conversation's client-made id. */
  conversation: string;
  /** The conversation's id at the server, once it is known. */
  conversationId: string | null;
  content: string;
  /** When it was written, epoch ms, never equal to that of another entry of this browser tab. */
  at: number;
  /** Only with a conversation's first message. */
  start?: StartFacts;
  /** The server will never take it; the text is kept for the visitor to see. */
  refused?: boolean;
}

export interface Visitor {
  token: string;
  visitorId: string;
  /** ISO 8601. */
  expiresAt: string;
}

/** What the browser keeps between pages; nothing before the first message. */
export interface Kept {
  visitor: Visitor | null;
  /** The conversation shown: its client-made id, and the server's once known. */
  conversation: { clientId: string; id: string | null } | null;
  muted: boolean;
}
