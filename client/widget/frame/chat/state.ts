import type { VisitorConversationView } from '../../../../shared/contracts/visitor.ts';
import type { AnswerProgress } from '../../../../shared/socket-events.ts';
import type { Socket, SocketOptions } from '../socket/socket.ts';
import type { Account } from './account.ts';
import type { Api } from './api.ts';
import type { FileShelf } from './files.ts';
import type { Store } from './store.ts';
import type { Helpfulness, OutboxEntry, Rating, SendExtras, StartFacts, ThreadMessage } from './types.ts';

/** Everything the screen shows of the chat. Replaced at each change, never changed in place. */
export interface ChatState {
  /** Each but the thread is called as its title is among the texts. */
  view: 'thread' | 'conversations' | 'data';
  /** The conversation shown has messages at the server that have not come yet. */
  isLoading: boolean;
  /** Null before the server knows the conversation. */
  conversation: VisitorConversationView | null;
  messages: readonly ThreadMessage[];
  hasOlder: boolean;
  /** The visitor's messages that are not acknowledged. */
  waiting: readonly OutboxEntry[];
  /** The oldest of them failed and will be tried again. */
  isFailing: boolean;
  /** How much of a file has been uploaded, 0 to 1, by its id. */
  uploads: Readonly<Record<string, number>>;
  /** What the visitor said of this conversation, from this browser. */
  rating: Rating | null;
  /** What the visitor said of answers since this was opened, by the message's id. */
  helped: Readonly<Record<string, Helpfulness | undefined>>;
  /** The answer that is being written, as far as it has come; no text yet: it is being thought about. */
  draft: AnswerProgress | null;
  /** Somebody on the other side writes; the name may be unknown. */
  typing: { name: string | null } | null;
  /** Neither socket nor request gets through. */
  isCutOff: boolean;
  isStorageBlocked: boolean;
  isMuted: boolean;
  /** The visitor's conversations, newest first; null until asked for. */
  conversations: readonly VisitorConversationView[] | null;
  /** Something is kept in this browser for the visitor. */
  isKnown: boolean;
}

/** What the screen can ask of the chat. */
export interface Chat {
  state(): ChatState;
  subscribe(listener: () => void): () => void;
  /** The text may be empty when there are files. */
  send(content: string, extras?: SendExtras): void;
  /** In place of what was said before. Throws `ApiError`. */
  rate(rating: Rating): Promise<void>;
  /** Whether an answer helped, in place of what was said before; shown at once. Throws `ApiError`, and takes it back. */
  rateAnswer(messageId: string, helped: Helpfulness): Promise<void>;
  /** The visitor is writing, or has stopped. */
  typing(isTyping: boolean): void;
  loadOlder(): Promise<void>;
  /** An empty thread; the server hears of it with the first message. */
  startAnew(): void;
  openConversation(conversation: VisitorConversationView): void;
  showList(): void;
  /** The thread, or what is kept of the visitor, to be fetched and erased. */
  show(view: 'thread' | 'data'): void;
  /** Calls with the visitor's token, once more with a new one when it is refused. */
  authed: Account['authed'];
  toggleMuted(): void;
  /** Gives up on a message that is not stored; an upload is broken off. */
  discard(entryId: string): void;
  /** The network is back, or the visitor looks again. */
  wakeUp(): void;
  /** Another tab changed the given key of the storage; null for all. */
  storageChanged(key: string | null): void;
  /** Nothing is sent or received from now on. */
  stop(): void;
}

export interface ChatOptions {
  api: Api;
  store: Store;
  files: FileShelf;
  identityToken?: string | undefined;
  /** The server found the identity token not good; the chat is of no use any more. */
  identityRefused(reason: string): void;
  startFacts(): StartFacts;
  openSocket(options: SocketOptions): Promise<Socket>;
  /** The visitor has the thread in view. */
  isSeen(): boolean;
  /** Something new came from the other side. */
  arrived(message: ThreadMessage): void;
  /** A message of the visitor is stored. */
  stored(message: ThreadMessage): void;
}

/** A thread in which nothing has been said. */
export const emptyThread = {
  isLoading: false,
  conversation: null,
  messages: [],
  hasOlder: false,
  waiting: [],
  uploads: {},
  rating: null,
  helped: {},
  draft: null,
  typing: null,
} satisfies Partial<ChatState>;

/** The newer of two views of one conversation; marks never go back. */
export function newerView(
  known: VisitorConversationView | null,
  next: VisitorConversationView,
): VisitorConversationView {
  if (known?.id !== next.id) return next;
  const isOld = next.lastSequence < known.lastSequence;
  return {
    ...(isOld ? known : next),
    visitorReadSequence: Math.max(known.visitorReadSequence, next.visitorReadSequence),
    agentReadSequence: Math.max(known.agentReadSequence, next.agentReadSequence),
  };
}
