import type { Logger } from 'pino';
import { can } from '../../shared/permissions.ts';
import type { Bus } from '../events/bus.ts';
import { type AuthenticateDeps, isStillWelcome } from './authenticate.ts';
import { unwatchClient, unwatchThread } from './commands.ts';
import type { RealtimeServer, RealtimeSocket } from './sockets.ts';

type EvictionDeps = AuthenticateDeps & { bus: Bus; log: Logger };

/** How long a socket may outlive what let it in when nobody announces its end: a session that runs out, for example. */
const reviewEveryMs = 5 * 60_000;
/** Sockets looked at before others get their turn. */
const reviewedAtOnce = 100;

export interface Eviction {
  /** Looks at a socket that was just let in: what lets it in may have ended meanwhile, with nobody there to hear it. */
  review(socket: RealtimeSocket): void;
  /** Looks at all sockets, where what ends them may have gone unheard. */
  reviewAll(): void;
  end(): void;
}

/** Sees to it that nobody goes on listening who would not be let in now. */
export function startEviction(io: RealtimeServer, deps: EvictionDeps): Eviction {
  const { bus, storage } = deps;
  const sockets = () => [...io.of('/').sockets.values()] as RealtimeSocket[];
  const where = (matches: (identity: RealtimeSocket['data']['identity']) => boolean) =>
    sockets().filter(({ data }) => matches(data.identity));
  const log = (err: unknown) => deps.log.warn({ event: 'eviction.failed', err });

  const ends = [
    bus.subscribe('session.ended', ({ userId, sessionId }) => {
      const ended = where(
        (one) =>
          one.kind === 'member' && one.userId === userId && (sessionId === undefined || one.sessionId === sessionId),
      );
      for (const socket of ended) socket.disconnect(true);
    }),

    bus.subscribe('membership.changed', ({ clientId, userId }) => {
      const theirs = where((one) => one.kind === 'member' && one.userId === userId);
      if (theirs.length === 0) return;
      storage.accounts
        .findMembership(userId, clientId)
        .then((membership) => {
          if (membership && can(membership.role, 'conversations.read')) return;
          for (const socket of theirs) leaveClient(socket, clientId);
        })
        // Not knowing is no reason to let them listen on.
        .catch((error: unknown) => {
          for (const socket of theirs) leaveClient(socket, clientId);
          log(error);
        });
    }),

    bus.subscribe('client.removed', ({ clientId }) => {
      for (const socket of sockets()) {
        const { identity } = socket.data;
        if (identity.kind === 'member') leaveClient(socket, clientId);
        else if (identity.clientId === clientId) socket.disconnect(true);
      }
    }),

    bus.subscribe('apiKey.revoked', ({ apiKeyId }) => {
      const ended = where((one) => one.kind === 'program' && one.apiKeyId === apiKeyId);
      for (const socket of ended) socket.disconnect(true);
    }),

    bus.subscribe('widget.changed', ({ widgetId }) => {
      const theirs = where((one) => one.kind === 'visitor' && one.widgetId === widgetId);
      // After all others have heard of the change, those who keep widgets in memory among them.
      if (theirs.length > 0) queueMicrotask(() => void review(theirs).catch(log));
    }),

    bus.subscribe('visitor.erased', ({ clientId, visitorId }) => {
      const theirs = where((one) => one.kind === 'visitor' && one.visitorId === visitorId && one.clientId === clientId);
      // Their other windows find, as they come back, that they are somebody new. After whoever checks tokens has heard.
      if (theirs.length > 0) queueMicrotask(() => void review(theirs).catch(log));
    }),

    bus.subscribe('conversation.removed', ({ conversationId }) => {
      for (const socket of sockets()) {
        if (socket.data.threads.has(conversationId)) unwatchThread(socket, conversationId);
      }
    }),
  ];

  const timer = setInterval(() => void review(sockets()).catch(log), reviewEveryMs);
  timer.unref();

  async function review(some: RealtimeSocket[]): Promise<void> {
    for (let at = 0; at < some.length; at += reviewedAtOnce) {
      const part = some.slice(at, at + reviewedAtOnce);
      await Promise.all(
        part.map(async (socket) => {
          if (socket.connected && !(await isStillWelcome(socket.data.identity, deps))) socket.disconnect(true);
        }),
      );
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  return {
    review: (socket) => void review([socket]).catch(log),
    reviewAll: () => void review(sockets()).catch(log),
    end() {
      clearInterval(timer);
      for (const end of ends) end();
    },
  };
}

/** The holder stays connected for their other clients. */
function leaveClient(socket: RealtimeSocket, clientId: string): void {
  unwatchClient(socket, clientId);
  for (const [conversationId, owner] of [...socket.data.threads]) {
    if (owner === clientId) unwatchThread(socket, conversationId);
  }
}
