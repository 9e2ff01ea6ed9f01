import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ClientId } from '../../shared/ids.ts';
import type { PresentAgent } from '../../shared/socket-events.ts';
import type { Bus, Events } from '../events/bus.ts';
import { rooms } from './rooms.ts';
import type { RealtimeServer, RealtimeSocket } from './sockets.ts';

/** What is told again this often, for processes that missed it. */
const repeatEveryMs = 30_000;
/** What another process has not repeated for this long is over: the process is gone. */
const lapseMs = 2.5 * repeatEveryMs;

/** Who watches a thread through this process. */
interface Here {
  clientId: ClientId;
  bySocket: Map<string, PresentAgent>;
}

/** Who watches a thread, as the processes say. */
interface Everywhere {
  clientId: ClientId;
  byProcess: Map<string, { agents: PresentAgent[]; saidAt: number }>;
  /** What was told last. */
  told: PresentAgent[];
}

/**
 * Tells the agents of a client which members watch a thread. Who does is read off the rooms, so that unwatching, being
 * evicted and losing the connection are the same. Each process says over the bus who watches through it, and puts
 * together what all of them have said.
 */
export class Presence {
  readonly #io: RealtimeServer;
  readonly #bus: Bus;
  readonly #processId = randomUUID();
  readonly #here = new Map<string, Here>();
  readonly #everywhere = new Map<string, Everywhere>();
  readonly #known = new Set<string>();
  readonly #ends: (() => void)[];

  constructor(io: RealtimeServer, bus: Bus) {
    this.#io = io;
    this.#bus = bus;
    const { adapter } = io.of('/');
    const joined = (room: string, socketId: string) => this.#join(rooms.threadIn(room), socketId);
    const left = (room: string, socketId: string) => this.#leave(rooms.threadIn(room), socketId);
    adapter.on('join-room', joined);
    adapter.on('leave-room', left);
    const timer = setInterval(() => this.#repeat(), repeatEveryMs);
    timer.unref();
    this.#ends = [
      () => clearInterval(timer),
      () => adapter.off('join-room', joined),
      () => adapter.off('leave-room', left),
      bus.subscribe('presence.changed', (event) => this.#hear(event)),
    ];
  }

  /** Says that nobody watches through this process any more, and says nothing from then on. */
  end(): void {
    for (const [conversationId, here] of this.#here) {
      here.bySocket.clear();
      this.#say(conversationId, here);
    }
    this.#here.clear();
    for (const end of this.#ends) end();
  }

  #join(conversationId: string | undefined, socketId: string): void {
    const socket = conversationId && this.#io.of('/').sockets.get(socketId);
    if (!conversationId || !socket) return;
    const { identity, threads } = (socket as RealtimeSocket).data;
    const clientId = threads.get(conversationId);
    if (identity.kind !== 'member' || !clientId) return;
    const here = this.#here.get(conversationId) ?? { clientId, bySocket: new Map() };
    this.#here.set(conversationId, here);
    const before = present(here.bySocket.values());
    here.bySocket.set(socketId, { userId: identity.userId, name: identity.name });
    if (isDeepStrictEqual(present(here.bySocket.values()), before)) {
      // Another window of somebody who is there: news to nobody but this window.
      socket.emit('presence', { conversationId, agents: this.#everywhere.get(conversationId)?.told ?? before });
    } else this.#say(conversationId, here);
  }

  #leave(conversationId: string | undefined, socketId: string): void {
    const here = conversationId && this.#here.get(conversationId);
    if (!conversationId || !here) return;
    const before = present(here.bySocket.values());
    if (!here.bySocket.delete(socketId)) return;
    if (here.bySocket.size === 0) this.#here.delete(conversationId);
    if (!isDeepStrictEqual(present(here.bySocket.values()), before)) this.#say(conversationId, here);
  }

  #say(conversationId: string, { clientId, bySocket }: Here): void {
    const agents = present(bySocket.values());
    this.#bus.publish('presence.changed', { clientId, conversationId, processId: this.#processId, agents });
  }

  #hear({ clientId, conversationId, processId, agents }: Events['presence.changed']): void {
    const thread = this.#everywhere.get(conversationId) ?? { clientId, byProcess: new Map(), told: [] };
    this.#everywhere.set(conversationId, thread);
    if (agents.length > 0) thread.byProcess.set(processId, { agents, saidAt: performance.now() });
    else thread.byProcess.delete(processId);
    this.#tell(conversationId, thread);
    if (processId === this.#processId || this.#known.has(processId)) return;
    // It has begun after others spoke: what they said, it has not heard.
    this.#known.add(processId);
    for (const [id, here] of this.#here) this.#say(id, here);
  }

  /** To everybody who looks at the thread or at the client's inbox, when it is news. */
  #tell(conversationId: string, thread: Everywhere): void {
    const agents = present([...thread.byProcess.values()].flatMap((said) => said.agents));
    if (thread.byProcess.size === 0) this.#everywhere.delete(conversationId);
    if (isDeepStrictEqual(agents, thread.told)) return;
    thread.told = agents;
    const audience = [rooms.clientOfAgents(thread.clientId), rooms.threadOfAgents(conversationId)];
    this.#io.to(audience).emit('presence', { conversationId, agents });
  }

  #repeat(): void {
    for (const [conversationId, here] of this.#here) this.#say(conversationId, here);
    const oldest = performance.now() - lapseMs;
    for (const [conversationId, thread] of this.#everywhere) {
      for (const [processId, { saidAt }] of thread.byProcess) {
        if (saidAt < oldest) {
          thread.byProcess.delete(processId);
          this.#known.delete(processId);
        }
      }
      this.#tell(conversationId, thread);
    }
  }
}

/** Each person once, by name, then by id. */
function present(agents: Iterable<PresentAgent>): PresentAgent[] {
  const byId = new Map<string, PresentAgent>();
  for (const agent of agents) byId.set(agent.userId, agent);
  const key = ({ name, userId }: PresentAgent) => `${name}\n${userId}`;
  return [...byId.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
