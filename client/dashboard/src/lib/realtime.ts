import type { AnswerProgress, ClientToServerEvents, ServerToClientEvents } from '../../../../shared/socket-events.ts';
import { createStore, type Store } from './store.ts';

/** The part of a Socket.IO client that is used here. */
export interface LiveSocket {
  readonly connected: boolean;
  connect(): unknown;
  disconnect(): unknown;
  on(event: string, listener: (...args: never[]) => void): unknown;
  emit<E extends keyof ClientToServerEvents>(event: E, ...args: Parameters<ClientToServerEvents[E]>): unknown;
}

type EventName = keyof ServerToClientEvents;
type Listener<E extends EventName> = ServerToClientEvents[E];

/** `down` holds the time since which there has been no connection, in milliseconds since 1970. */
export type LinkState = { kind: 'up' } | { kind: 'down'; sinceMs: number };

interface Watch<News extends unknown[]> {
  count: number;
  onWatching: Set<(...news: News) => void>;
}

/**
 * The one live connection of the page. What is watched is watched again after every reconnect, before the listeners of
 * `onReconnect` are told; events that came in between are gone, so those listeners read again what they show.
 */
export class Realtime {
  readonly link: Store<LinkState>;
  #socket: LiveSocket;
  #clients = new Map<string, Watch<[]>>();
  #conversations = new Map<string, Watch<[lastSequence: number, answer?: AnswerProgress]>>();
  #listeners = new Map<EventName, Set<(event: never) => void>>();
  #onReconnect = new Set<() => void>();
  #everConnected = false;

  constructor(socket: LiveSocket, now: () => number = Date.now) {
    this.#socket = socket;
    this.link = createStore<LinkState>({ kind: 'down', sinceMs: now() });
    socket.on('connect', () => this.#connected());
    socket.on('disconnect', () => {
      if (this.link.get().kind === 'up') this.link.set({ kind: 'down', sinceMs: now() });
    });
    for (const event of eventNames) {
      socket.on(event, (payload: never) => {
        for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(payload);
      });
    }
  }

  start(): void {
    this.#socket.connect();
  }

  stop(): void {
    this.#socket.disconnect();
  }

  /** Connects anew, for when the session behind the connection has changed. */
  restart(): void {
    this.#socket.disconnect();
    this.#socket.connect();
  }

  on<E extends EventName>(event: E, listener: Listener<E>): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener as (event: never) => void);
    return () => listeners.delete(listener as (event: never) => void);
  }

  /** Calls back after each reconnect, not after the first connection. */
  onReconnect(listener: () => void): () => void {
    this.#onReconnect.add(listener);
    return () => this.#onReconnect.delete(listener);
  }

  /**
   * Events of all the client's conversations arrive until the returned function is called. `onWatching` runs each time
   * watching begins, on reconnects too: what happened before is to be read over HTTP.
   */
  watchClient(clientId: string, onWatching: () => void): () => void {
    return this.#watch(this.#clients, clientId, onWatching, {
      begin: () => this.#emitClientWatch(clientId),
      end: () => this.#socket.emit('client:unwatch', { clientId }),
    });
  }

  /**
   * Events of one thread arrive until the returned function is called. Each time watching begins, on reconnects too,
   * `onWatching` gets the thread's highest sequence number, to compare with what is there, and how far the assistant is
   * with an answer, when it is at work on one.
   */
  watchConversation(
    conversationId: string,
    onWatching: (lastSequence: number, answer?: AnswerProgress) => void,
  ): () => void {
    return this.#watch(this.#conversations, conversationId, onWatching, {
      begin: () => this.#emitConversationWatch(conversationId),
      end: () => this.#socket.emit('conversation:unwatch', { conversationId }),
    });
  }

  /** Says that the agent is writing, or has stopped; worth nothing while there is no connection. */
  sendTyping(conversationId: string, typing: boolean): void {
    if (this.#socket.connected) this.#socket.emit('typing', { conversationId, typing });
  }

  #connected(): void {
    this.link.set({ kind: 'up' });
    for (const clientId of this.#clients.keys()) this.#emitClientWatch(clientId);
    for (const conversationId of this.#conversations.keys()) this.#emitConversationWatch(conversationId);
    if (this.#everConnected) for (const listener of [...this.#onReconnect]) listener();
    this.#everConnected = true;
  }

  #watch<News extends unknown[]>(
    watches: Map<string, Watch<News>>,
    id: string,
    onWatching: (...news: News) => void,
    { begin, end }: { begin: () => void; end: () => void },
  ): () => void {
    const watch = watches.get(id) ?? { count: 0, onWatching: new Set() };
    watches.set(id, watch);
    watch.count += 1;
    watch.onWatching.add(onWatching);
    if (this.#socket.connected) begin();
    let left = false;
    return () => {
      if (left) return;
      left = true;
      watch.onWatching.delete(onWatching);
      watch.count -= 1;
      if (watch.count > 0) return;
      watches.delete(id);
      if (this.#socket.connected) end();
    };
  }

  #emitClientWatch(clientId: string): void {
    this.#socket.emit('client:watch', { clientId }, (answer) => {
      if (answer.ok) for (const listener of [...(this.#clients.get(clientId)?.onWatching ?? [])]) listener();
    });
  }

  #emitConversationWatch(conversationId: string): void {
    this.#socket.emit('conversation:watch', { conversationId }, (answer) => {
      if (!answer.ok) return;
      for (const listener of [...(this.#conversations.get(conversationId)?.onWatching ?? [])]) {
        listener(answer.value.lastSequence, answer.value.answer);
      }
    });
  }
}

const eventNames: readonly EventName[] = [
  'message:created',
  'conversation:created',
  'conversation:updated',
  'conversation:removed',
  'conversation:rated',
  'typing',
  'presence',
  'note:created',
  'note:removed',
  'widget:seen',
  'widget:checked',
  'answer:progress',
  'document:changed',
  'document:removed',
];
