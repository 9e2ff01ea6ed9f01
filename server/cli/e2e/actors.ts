import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { io, type ManagerOptions, type Socket } from 'socket.io-client';
import type { Ack } from '../../../shared/socket-events.ts';
import type { Caller } from './caller.ts';
import { between, type Random } from './random.ts';
import { type ReadAfter, type Shown, ThreadView } from './thread-view.ts';

/** What one side has said in one thread, in its order, and the number under which each was acknowledged. */
export interface Said {
  content: string;
  acknowledged: number | undefined;
  /** From sending it first to its acknowledgement, repeats included. */
  tookMs?: number;
  /** As `performance.now()` tells it. */
  acknowledgedAtMs?: number;
}

/** Everybody who takes part is given these. */
export interface Stage {
  origin: string;
  caller: Caller;
  random: Random;
  /** The most that is waited between two messages of one sender. */
  pauseMs: number;
  /** How sockets connect, where not by WebSocket alone and as soon as possible. */
  socket?: Partial<
    Pick<ManagerOptions, 'transports' | 'agent' | 'reconnectionDelay' | 'reconnectionDelayMax' | 'timeout'>
  >;
  /** How long an answer over a socket is waited for before its holder connects again (default 3 s). */
  answerMs?: number;
  /** How often visitors without a connection ask how far their threads go; spread over a quarter more. Else never. */
  pollMs?: number;
}

/** A socket that comes back for ever, and does its first steps anew each time. */
export function openSocket(
  { origin, socket: way }: Stage,
  auth: { auth?: { token: string }; extraHeaders?: Record<string, string> },
  onConnect: (socket: Socket) => Promise<void>,
): Socket {
  const socket = io(origin, {
    ...auth,
    transports: ['websocket'],
    reconnectionDelay: 50,
    reconnectionDelayMax: 500,
    timeout: 3_000,
    ...way,
    forceNew: true,
  });
  const startAgain = () => {
    if (!socket.active) setTimeout(() => socket.connect(), 200);
  };
  socket.on('connect', () => {
    onConnect(socket).catch(() => {
      socket.disconnect();
      startAgain();
    });
  });
  socket.on('connect_error', startAgain);
  return socket;
}

/** Asks over the socket. @throws Error when there is no answer in time, or a refusal */
async function ask<T>({ answerMs = 3_000 }: Stage, socket: Socket, name: string, request: object): Promise<T> {
  const answer = (await socket.timeout(answerMs).emitWithAck(name, request)) as Ack<T>;
  if (!answer.ok) throw new Error(`${name}: ${answer.problem.title}`);
  return answer.value;
}

/**
 * Says `count` things one after the other, each repeated with the same id until it is acknowledged; now and then one
 * that has been acknowledged is sent once more, as after an answer that got lost.
 */
export async function talk(
  { caller, random, pauseMs }: Stage,
  who: { path: string; headers: Record<string, string>; name: string; count: number; said: Said[] },
): Promise<void> {
  for (let n = 0; n < who.count; n++) {
    await delay(between(random, 0, pauseMs));
    const said: Said = { content: `${who.name} ${n}`, acknowledged: undefined };
    who.said.push(said);
    const body = { content: said.content, clientMessageId: randomUUID() };
    const send = () => caller.call<Shown>('POST', who.path, { headers: who.headers, body });
    const sentAt = performance.now();
    said.acknowledged = (await send()).sequence;
    said.acknowledgedAtMs = performance.now();
    said.tookMs = said.acknowledgedAtMs - sentAt;
    if (random() < 0.2) await send();
  }
}

/** A visitor with a thread of their own, listening and talking. */
export class Visitor {
  readonly said: Said[] = [];
  readonly view: ThreadView;
  readonly conversationId: string;
  readonly #stage: Stage;
  readonly #headers: Record<string, string>;
  readonly #name: string;
  readonly #socket: Socket;
  #poll: NodeJS.Timeout | undefined;

  private constructor(stage: Stage, made: { name: string; token: string; conversationId: string }) {
    const { conversationId, token } = made;
    this.#stage = stage;
    this.#name = made.name;
    this.conversationId = conversationId;
    this.#headers = { Authorization: `Bearer ${token}` };
    this.view = new ThreadView(readerOf(stage, `/api/visitor/conversations/${conversationId}/messages`, this.#headers));
    this.#socket = openSocket(stage, { auth: { token } }, async (socket) => {
      const { lastSequence } = await ask<{ lastSequence: number }>(stage, socket, 'conversation:watch', {
        conversationId,
      });
      this.view.catchUp(lastSequence);
    });
    this.#socket.on('message:created', ({ message }: { message: Shown }) => this.view.hear(message));
    this.#socket.on('conversation:updated', ({ conversation }: { conversation: { lastSequence: number } }) =>
      this.view.catchUp(conversation.lastSequence),
    );
    this.#pollLater();
  }

  #pollLater(): void {
    const { pollMs } = this.#stage;
    if (pollMs === undefined) return;
    this.#poll = setTimeout(
      () => {
        this.#pollLater();
        if (!this.isConnected) void this.#askForNews();
      },
      pollMs * (1 + Math.random() / 4),
    );
  }

  async #askForNews(): Promise<void> {
    const answer = await this.#stage.caller.callOnce<{ items: { id: string; lastSequence: number }[] }>(
      'GET',
      '/api/visitor/conversations?limit=50',
      { headers: this.#headers },
    );
    for (const { lastSequence } of answer?.value.items ?? []) this.view.catchUp(lastSequence);
  }

  static async arrive(stage: Stage, publicKey: string, name: string): Promise<Visitor> {
    const { token } = await stage.caller.call<{ token: string }>('POST', `/api/widget/${publicKey}/visitor`, {
      body: {},
    });
    const said: Said = { content: `${name} begins`, acknowledged: undefined };
    const begun = await stage.caller.call<{ conversation: { id: string }; message: Shown }>(
      'POST',
      '/api/visitor/conversations',
      {
        headers: { Authorization: `Bearer ${token}` },
        body: {
          clientConversationId: randomUUID(),
          message: { content: said.content, clientMessageId: randomUUID() },
        },
      },
    );
    const visitor = new Visitor(stage, { name, token, conversationId: begun.conversation.id });
    visitor.said.push({ ...said, acknowledged: begun.message.sequence });
    return visitor;
  }

  /** `name` is what the words begin with; no two talks in one thread may begin alike. */
  talk(count: number, name = this.#name): Promise<void> {
    const path = `/api/visitor/conversations/${this.conversationId}/messages`;
    return talk(this.#stage, { path, headers: this.#headers, name, count, said: this.said });
  }

  get isConnected(): boolean {
    return this.#socket.connected;
  }

  leave(): void {
    clearTimeout(this.#poll);
    this.#socket.disconnect();
  }
}

/** An agent who watches the whole inbox, and answers in every thread. */
export class Agent {
  readonly said = new Map<string, Said[]>();
  readonly views = new Map<string, ThreadView>();
  readonly #stage: Stage;
  readonly #headers: Record<string, string>;
  readonly #clientId: string;
  readonly #socket: Socket;

  constructor(stage: Stage, { cookie, clientId }: { cookie: string; clientId: string }) {
    this.#stage = stage;
    this.#clientId = clientId;
    this.#headers = { Cookie: cookie };
    this.#socket = openSocket(stage, { extraHeaders: this.#headers }, async (socket) => {
      await ask(stage, socket, 'client:watch', { clientId });
      await this.#readInbox();
    });
    this.#socket.on('message:created', ({ message }: { message: Shown & { conversationId: string } }) =>
      this.#viewOf(message.conversationId).hear(message),
    );
  }

  talk(conversationId: string, count: number, name: string): Promise<void> {
    const said = this.said.get(conversationId) ?? [];
    this.said.set(conversationId, said);
    return talk(this.#stage, { path: this.#threadPath(conversationId), headers: this.#headers, name, count, said });
  }

  leave(): void {
    this.#socket.disconnect();
  }

  /** How far every thread goes; whichever goes further than what is shown is read on. */
  async #readInbox(): Promise<void> {
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { items: { id: string; lastSequence: number }[]; nextCursor: string | null } =
        await this.#stage.caller.call('GET', `/api/clients/${this.#clientId}/conversations?limit=100${query}`, {
          headers: this.#headers,
        });
      for (const { id, lastSequence } of page.items) this.#viewOf(id).catchUp(lastSequence);
      cursor = page.nextCursor;
    }
  }

  #viewOf(conversationId: string): ThreadView {
    let view = this.views.get(conversationId);
    if (!view) {
      view = new ThreadView(readerOf(this.#stage, this.#threadPath(conversationId), this.#headers));
      this.views.set(conversationId, view);
    }
    return view;
  }

  #threadPath(conversationId: string): string {
    return `/api/clients/${this.#clientId}/conversations/${conversationId}/messages`;
  }
}

function readerOf({ caller }: Stage, path: string, headers: Record<string, string>): ReadAfter {
  return (sequence) => caller.call('GET', `${path}?after=${sequence}&limit=100`, { headers });
}
