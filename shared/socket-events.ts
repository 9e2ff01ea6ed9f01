import type { ConversationView, MessageView, RatingView } from './contracts/conversations.ts';
import type { NoteView } from './contracts/inbox.ts';
import type { DocumentView } from './contracts/knowledge.ts';
import type { VisitorConversationView, VisitorMessageView } from './contracts/visitor.ts';
import type { WidgetInstallView } from './contracts/widgets.ts';
import type { Problem } from './problems.ts';

/**
 * The live side, over Socket.IO. Commands that change something go up over HTTP; a message may also go up here. What
 * comes down is a hint: the database is the truth, and a reader who sees a gap in the sequence numbers asks for what is
 * missing with `after=`.
 *
 * Authentication is in the handshake's `auth`: `{ token }` for a visitor, `{ apiKey }` for a program, nothing for a
 * browser with a session cookie.
 */
export type SocketAuth = { token: string } | { apiKey: string } | Record<string, never>;

/**
 * The outcome of a request over the socket. `retryAfter`: in so many seconds the same may be tried again, as `Retry-After`
 * says over HTTP.
 */
export type Ack<T> =
  | { ok: true; value: T }
  | { ok: false; problem: Pick<Problem, 'type' | 'title' | 'status' | 'detail' | 'errors'>; retryAfter?: number };

/** Sent to agents and programs; visitors get the visitor views of the same events. */
export interface AgentEvents {
  'message:created': (event: { message: MessageView; conversation: ConversationView }) => void;
  'conversation:created': (event: { conversation: ConversationView }) => void;
  'conversation:updated': (event: { conversation: ConversationView }) => void;
  'conversation:removed': (event: { conversationId: string }) => void;
  /** Somebody is writing; it lapses after 6 s without a repeat. `name` is null for the visitor. */
  typing: (event: { conversationId: string; side: 'visitor' | 'agent'; name: string | null; typing: boolean }) => void;
  'note:created': (event: { note: NoteView }) => void;
  'note:removed': (event: { conversationId: string; noteId: string }) => void;
  /**
   * The tag was seen on an allowed site: told at the first sight, and then at most once a minute for each site by each
   * server process. Only to those who watch the client.
   */
  'widget:seen': (event: { widgetId: string; install: WidgetInstallView }) => void;
  /** Something was found wrong with a tag of the widget, or solved. Only to those who watch the client. */
  'widget:checked': (event: { widgetId: string }) => void;
  'answer:progress': (event: AnswerProgress) => void;
  /** A document is new, was changed, or its reading went on. Only to those who watch the client. */
  'document:changed': (event: { document: DocumentView }) => void;
  'document:removed': (event: { documentId: string }) => void;
  'conversation:rated': (event: { conversationId: string; rating: RatingView }) => void;
  /**
   * Which members watch the thread now, the one who is told among them; by name. Told to whoever begins to watch it, and
   * again at every change.
   */
  presence: (event: { conversationId: string; agents: PresentAgent[] }) => void;
}

/**
 * The assistant is at work on an answer. `text` stands from the character `offset` on and ends what is written so far;
 * whoever holds fewer characters than `offset` waits for one that begins at 0, which comes every two seconds while the
 * text is short. `ended`: what was written is void. The answer's `message:created` ends it as well.
 */
export interface AnswerProgress {
  conversationId: string;
  /** The visitor's message that is being answered. */
  questionMessageId: string;
  phase: 'thinking' | 'writing' | 'ended';
  /** In UTF-16 code units. */
  offset: number;
  text: string;
}

/** A member who has a conversation open, in however many windows. */
export interface PresentAgent {
  userId: string;
  name: string;
}

export interface VisitorEvents {
  'message:created': (event: { message: VisitorMessageView; conversation: VisitorConversationView }) => void;
  'conversation:updated': (event: { conversation: VisitorConversationView }) => void;
  'answer:progress': (event: AnswerProgress) => void;
  typing: AgentEvents['typing'];
}

export interface ClientToServerEvents {
  /**
   * From then on the thread's events arrive. Answers its highest sequence number, to find what was missed, and how far
   * the assistant is with an answer, when it is at work on one.
   */
  'conversation:watch': (
    request: { conversationId: string },
    ack: (answer: Ack<{ lastSequence: number; answer?: AnswerProgress }>) => void,
  ) => void;
  'conversation:unwatch': (request: { conversationId: string }) => void;
  /** Members and programs only: from then on events of all the client's conversations arrive. */
  'client:watch': (request: { clientId: string }, ack: (answer: Ack<{ clientId: string }>) => void) => void;
  'client:unwatch': (request: { clientId: string }) => void;
  /** Same use case and same answer as the HTTP request; the sender's kind decides role and view. */
  'message:send': (
    request: { conversationId: string; content: string; clientMessageId: string },
    ack: (answer: Ack<MessageView | VisitorMessageView>) => void,
  ) => void;
  typing: (request: { conversationId: string; typing: boolean }) => void;
}

export type ServerToClientEvents = AgentEvents;
