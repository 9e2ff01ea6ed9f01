import type { VisitorMessageView } from '../../../../shared/contracts/visitor.ts';
import type { Context } from '../../wire.ts';

/** A stored entry of the thread. */
export type ThreadMessage = VisitorMessageView;

/** What goes along with the first message of a conversation. */
export interface StartFacts {
  locale: string;
  pageUrl?: string;
  preChat?: Record<string, string>;
  context?: Context;
}

/** A file on its way; its bytes wait in the `FileShelf` under the same id. */
export interface OutboxFile {
  id: string;
  name: string;
  size: number;
  /** The server's id of it, once it has the bytes. */
  uploaded?: string;
}

/** What goes along with a text. */
export interface SendExtras {
  preChat?: Record<string, string> | undefined;
  files?: readonly File[];
  /** A person is called for. */
  person?: boolean;
}

/** Whether an answer of the assistant helped; null: nothing said, or taken back. */
export type Helpfulness = 1 | -1 | null;

/** How the visitor found a conversation: 1 (bad) to 5 (good). */
export interface Rating {
  score: number;
  comment: string;
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
  /** With later ones: what the page says of itself by then. */
  context?: Context | undefined;
  files?: readonly OutboxFile[];
  /** Its files were uploaded once more, since the server had not kept them. */
  again?: boolean;
  /** With it a person is called for. */
  person?: boolean;
  /**
   * It will never be stored, and is kept for the visitor to see: the server does not take it, or not the size or the
   * type of its file, or the bytes of the file are gone.
   */
  refused?: true | 'fileSize' | 'fileType' | 'fileLost' | 'fileLater';
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
  /** The latest rating, and the id of the conversation it is of. */
  rated?: Rating & { id: string };
}
