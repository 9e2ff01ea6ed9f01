import type { Logger } from 'pino';
import type { ClientId } from '../../shared/ids.ts';
import { presentVisitorConversation } from '../modules/conversations/conversation.presenter.ts';
import { unwatchThread } from './commands.ts';
import type { ConversationLookup } from './conversation-lookup.ts';
import { askToReconnect } from './reconnect.ts';
import { rooms } from './rooms.ts';
import type { RealtimeServer, RealtimeSocket } from './sockets.ts';

interface GapFillerDeps {
  lookup: ConversationLookup;
  log: Logger;
  /** Sees to it that nobody goes on listening whose end went unheard. */
  reviewAll(): void;
}

/** Threads looked at before others get their turn. */
const threadsAtOnce = 200;

/**
 * What is called when events of other processes may have been missed. Agents and programs watch whole clients: they are
 * made to connect again and look at everything anew. Visitors are told over the connections they have how far their
 * threads go by now, and read on from what they have: where all of them came back at once, thousands of handshakes would
 * hold up everything, for most of them without having missed anything.
 */
export function createGapFiller(io: RealtimeServer, { lookup, log, reviewAll }: GapFillerDeps): () => void {
  let isTelling = false;
  let isWanted = false;
  const tellAll = async () => {
    isTelling = true;
    while (isWanted) {
      isWanted = false;
      await tellVisitors(io, lookup).catch((error: unknown) => {
        log.warn({ event: 'gap.not-told', err: error });
        askToReconnect(io, ['visitor']);
      });
    }
    isTelling = false;
  };
  return () => {
    askToReconnect(io, ['member', 'program']);
    reviewAll();
    // What is being told may have been read before this gap.
    isWanted = true;
    if (!isTelling) void tellAll();
  };
}

/** Sockets that watch a thread that is gone watch it no longer. @throws what storage throws; then some were not told */
async function tellVisitors(io: RealtimeServer, lookup: ConversationLookup): Promise<void> {
  const waiting = [...watchedByVisitors(io)];
  while (waiting.length > 0) {
    const some = waiting.splice(0, threadsAtOnce);
    await Promise.all(
      some.map(async ([conversationId, { clientId, sockets }]) => {
        const conversation = await lookup.find(clientId, conversationId);
        if (conversation === undefined) for (const socket of sockets) unwatchThread(socket, conversationId);
        else {
          const event = { conversation: presentVisitorConversation(conversation) };
          // io knows the agents' views alone.
          io.to(rooms.threadOfVisitor(conversationId)).emit('conversation:updated', event as never);
        }
      }),
    );
  }
}

function watchedByVisitors(io: RealtimeServer): Map<string, { clientId: ClientId; sockets: RealtimeSocket[] }> {
  const threads = new Map<string, { clientId: ClientId; sockets: RealtimeSocket[] }>();
  for (const socket of io.of('/').sockets.values() as Iterable<RealtimeSocket>) {
    if (socket.data.identity.kind !== 'visitor') continue;
    for (const [conversationId, clientId] of socket.data.threads) {
      const thread = threads.get(conversationId);
      if (thread) thread.sockets.push(socket);
      else threads.set(conversationId, { clientId, sockets: [socket] });
    }
  }
  return threads;
}
