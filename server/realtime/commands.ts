import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import { clientMadeId, messageContent } from '../../shared/contracts/conversations.ts';
import * as field from '../../shared/contracts/fields.ts';
import type { ClientToServerEvents } from '../../shared/socket-events.ts';
import type { Bus } from '../events/bus.ts';
import { HttpProblem } from '../http/problem.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import type { Drafts } from '../modules/answers/drafts.ts';
import type { Tickets } from '../modules/attachments/ticket.ts';
import { presentMessage, presentVisitorMessage } from '../modules/conversations/message.presenter.ts';
import { postMessage, type Sender } from '../modules/conversations/post-message.ts';
import { StorageOverloadedError, StorageUnavailableError } from '../storage/errors.ts';
import type { ClientStorage } from '../storage/storage.ts';
import type { AuthenticateDeps } from './authenticate.ts';
import type { ConversationLookup } from './conversation-lookup.ts';
import { reachClient, reachConversation } from './reach.ts';
import { rooms } from './rooms.ts';
import { notWatching, type RealtimeSocket, type SocketData, watching } from './sockets.ts';
import { TypingRelay } from './typing-relay.ts';

type CommandDeps = AuthenticateDeps & {
  bus: Bus;
  tickets: Tickets;
  drafts: Drafts;
  lookup: ConversationLookup;
  /** Undefined: nobody is held up. */
  limits?: Pick<RateLimits, 'checkMessage'> | undefined;
};

/** More than anybody reads at once; bounds what one socket costs. */
const threadsPerSocketMax = 200;
/** More questions of one socket than this do not wait for storage. */
const waitingWatchesMax = 10;
/** About how long each waits before it is asked again. */
const retryMs = 1_000;

const thread = z.object({ conversationId: field.id() });
const client = z.object({ clientId: field.id() });

/** What a command takes and does. What `run` returns is acknowledged; what it throws is acknowledged as a problem. */
export interface Command<Input = unknown> {
  input: z.ZodMiniType<Input>;
  run(socket: RealtimeSocket, input: Input, deps: CommandDeps): Promise<unknown> | unknown;
}

const command = <Input>(input: z.ZodMiniType<Input>, run: Command<Input>['run']): Command =>
  ({ input, run }) as Command;

/** Every event a browser or a program may send. */
export const commands: { [Name in keyof ClientToServerEvents]: Command } = {
  'conversation:watch': command(thread, (socket, { conversationId }, deps) =>
    whenStorageIsThere(socket, () => watchThread(socket, conversationId, deps)),
  ),

  'conversation:unwatch': command(thread, (socket, { conversationId }) => unwatchThread(socket, conversationId)),

  'client:watch': command(client, async (socket, { clientId }, { storage }) => {
    const { data } = socket;
    const reached = await reachClient(storage, data, clientId, 'conversations.read');
    data.clients = watching(data.clients, reached, reached);
    await socket.join(rooms.clientOfAgents(reached));
    // Whoever was taken out in between must not have slipped in.
    await reachClient(storage, data, clientId, 'conversations.read').catch((error: unknown) => {
      unwatchClient(socket, reached);
      throw error;
    });
    return { clientId: reached };
  }),

  'client:unwatch': command(client, (socket, { clientId }) => unwatchClient(socket, clientId)),

  'message:send': command(
    z.object({ conversationId: field.id(), content: messageContent, clientMessageId: clientMadeId }),
    async (socket, post, deps) => {
      const { storage, sender } = await senderOf(socket.data, post.conversationId, deps);
      const { message } = await postMessage({ bus: deps.bus, storage }, sender, post);
      socket.data.typing?.say(post.conversationId, false);
      return sender.kind === 'visitor' ? presentVisitorMessage(message, deps.tickets) : presentMessage(message);
    },
  ),

  typing: command(z.object({ conversationId: field.id(), typing: z.boolean() }), (socket, said, { bus }) => {
    const { data } = socket;
    // Only where the holder has been let in; who is not gets no answer here anyway.
    if (!data.threads.has(said.conversationId)) return;
    data.typing ??= relayTyping(socket, bus);
    data.typing.say(said.conversationId, said.typing);
  }),
};

async function watchThread(socket: RealtimeSocket, conversationId: string, deps: CommandDeps) {
  const { data } = socket;
  const reached = await reachConversation(deps, data, conversationId);
  if (data.threads.size >= threadsPerSocketMax && !data.threads.has(conversationId)) {
    throw new HttpProblem('too-many-requests', `At most ${threadsPerSocketMax} threads at once: unwatch some.`);
  }
  data.threads = watching(data.threads, conversationId, reached.storage.clientId);
  await socket.join(threadRoom(data.identity, conversationId));
  // Read again now that events arrive, so that a message stored in between is either counted here or sent.
  const { conversation } = await reachConversation(deps, data, conversationId).catch((error: unknown) => {
    unwatchThread(socket, conversationId);
    throw error;
  });
  const answer = deps.drafts.of(conversation.id);
  return { lastSequence: conversation.lastSequence, ...(answer && { answer }) };
}

/**
 * A visitor's page asks once for each connection. While storage is away its answer waits: a refusal would leave it
 * connected and deaf, and to have it connect again would bring all of them, again and again.
 */
async function whenStorageIsThere<T>(socket: RealtimeSocket, work: () => Promise<T>): Promise<T> {
  const { data } = socket;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const mayWait = data.identity.kind === 'visitor' && (data.waitingWatches ?? 0) < waitingWatchesMax;
      if (!mayWait || !isStorageAway(error)) throw error;
      data.waitingWatches = (data.waitingWatches ?? 0) + 1;
      // Not all of them in the same moment.
      await delay(retryMs * (0.5 + Math.random()), undefined, { ref: false });
      data.waitingWatches -= 1;
      if (!socket.connected) throw error;
    }
  }
}

function isStorageAway(error: unknown): boolean {
  return error instanceof StorageUnavailableError || error instanceof StorageOverloadedError;
}

/** Stops a thread's events to this socket. */
export function unwatchThread(socket: RealtimeSocket, conversationId: string): void {
  const { data } = socket;
  data.typing?.say(conversationId, false);
  data.threads = notWatching(data.threads, conversationId);
  void socket.leave(threadRoom(data.identity, conversationId));
}

/** Stops the events of a client as a whole to this socket; threads it watches one by one go on. */
export function unwatchClient(socket: RealtimeSocket, clientId: string): void {
  socket.data.clients = notWatching(socket.data.clients, clientId);
  void socket.leave(rooms.clientOfAgents(clientId));
}

function relayTyping({ data, id: socketId }: RealtimeSocket, bus: Bus): TypingRelay {
  const { identity } = data;
  const side = identity.kind === 'visitor' ? 'visitor' : 'agent';
  const name = identity.kind === 'member' ? identity.name : null;
  return new TypingRelay((conversationId, typing) => {
    const clientId = data.threads.get(conversationId);
    if (clientId) bus.publish('typing.changed', { clientId, conversationId, side, name, typing, socketId });
  });
}

function threadRoom({ kind }: SocketData['identity'], conversationId: string): string {
  return kind === 'visitor' ? rooms.threadOfVisitor(conversationId) : rooms.threadOfAgents(conversationId);
}

/**
 * In whose name a message over this socket is stored, looked at anew for each one: a membership or a widget may have
 * changed since the handshake. It counts in the same limits as a message over HTTP. Whether a visitor's conversation is
 * their own is left to the statement that stores it.
 */
async function senderOf(
  data: SocketData,
  conversationId: string,
  deps: CommandDeps,
): Promise<{ storage: ClientStorage; sender: Sender }> {
  const { identity, remoteAddress } = data;
  switch (identity.kind) {
    case 'visitor': {
      const caller = await deps.visitorCheck(identity.token);
      if (!caller) throw new HttpProblem('invalid-visitor-token', 'Get a visitor token for the widget.');
      deps.limits?.checkMessage(remoteAddress, caller);
      const { storage, visitorId, widget } = caller;
      return { storage, sender: { kind: 'visitor', visitorId, engine: widget.engine } };
    }
    case 'program': {
      const caller = await deps.apiKeyCheck(identity.apiKey);
      if (!caller) throw new HttpProblem('invalid-api-key', 'Use a valid API key of your client.');
      deps.limits?.checkMessage(remoteAddress, caller);
      // Over HTTP a program names the role; here it speaks as what it is.
      return { storage: caller.storage, sender: { kind: 'program', role: 'assistant' } };
    }
    case 'member': {
      deps.limits?.checkMessage(remoteAddress, { kind: 'session', user: { id: identity.userId } });
      const clientId =
        data.threads.get(conversationId) ?? (await reachConversation(deps, data, conversationId)).storage.clientId;
      const reached = await reachClient(deps.storage, data, clientId, 'conversations.reply');
      const { userId, name } = identity;
      return { storage: deps.storage.forClient(reached), sender: { kind: 'agent', userId, name } };
    }
  }
}
