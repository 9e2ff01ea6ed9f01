import type { Ack, ClientToServerEvents, ServerToClientEvents } from '../../../../shared/socket-events.ts';
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

interface Watch {
  count: number;
  onWatching: Set<(lastSequence: number) => void>;
}

/**
 * The one live connection of the page. What is watched is watched again after every reconnect, before the listeners of
 * `onReconnect` are told; events that came in between are gone, so those listeners read again what they show.
 */
export class Realtime {
  readonly link: Store<LinkState>;
  #socket: LiveSocket;
  #clients = new Map<string, number>();
  #conversations = new Map<string, Watch>();
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

  /** Events of all the client's conversations arrive until the returned function is called. */
  watchClient(clientId: string): () => void {
    const count = this.#clients.get(clientId) ?? 0;
    this.#clients.set(clientId, count + 1);
    if (count === 0 && this.#socket.connected) this.#emitClientWatch(clientId);
    return once(() => {
      const left = (this.#clients.get(clientId) ?? 1) - 1;
      if (left > 0) {
        this.#clients.set(clientId, left);
        return;
      }
      this.#clients.delete(clientId);
      if (this.#socket.connected) this.#socket.emit('client:unwatch', { clientId });
    });
  }

  /**
   * Events of one thread arrive until the returned function is called. Each time watching begins, on reconnects too,
   * `onWatching` gets the thread's highest sequence number, to compare with what is there.
   */
  watchConversation(conversationId: string, onWatching: (lastSequence: number) => void): () => void {
    const watch = this.#conversations.get(conversationId) ?? { count: 0, onWatching: new Set() };
    this.#conversations.set(conversationId, watch);
    watch.count += 1;
    watch.onWatching.add(onWatching);
    if (this.#socket.connected) this.#emitConversationWatch(conversationId);
    return once(() => {
      watch.onWatching.delete(onWatching);
      watch.count -= 1;
      if (watch.count > 0) return;
      this.#conversations.delete(conversationId);
      if (this.#socket.connected) this.#socket.emit('conversation:unwatch', { conversationId });
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

  #emitClientWatch(clientId: string): void {
    this.#socket.emit('client:watch', { clientId }, () => {});
  }

  #emitConversationWatch(conversationId: string): void {
    this.#socket.emit('conversation:watch', { conversationId }, (answer: Ack<{ lastSequence: number }>) => {
      if (!answer.ok) return;
      for (const listener of this.#conversations.get(conversationId)?.onWatching ?? []) {
        listener(answer.value.lastSequence);
      }
    });
  }
}

const eventNames: readonly EventName[] = [
  'message:created',
  'conversation:created',
  'conversation:updated',
  'conversation:removed',
  'typing',
];

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
