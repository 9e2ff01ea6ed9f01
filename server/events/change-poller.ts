import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { ClientId } from '../../shared/ids.ts';
import type { Conversation, Message } from '../../shared/schema.ts';
import type { ClientStorage, IStorage } from '../storage/storage.ts';
import type { Bus } from './bus.ts';

export interface ChangePollerOptions {
  bus: Bus;
  storage: Pick<IStorage, 'forClient'>;
  log: Logger;
  now(): Date;
  /** The clients of whom somebody watches something through this process. Others are not asked for. */
  watchedClients(): Iterable<ClientId>;
  everyMs?: number;
}

const defaultEveryMs = 1_000;
/** How far back each look reaches beyond the last: clocks differ a little, and a commit takes a moment to be seen. */
const overlapMs = 5_000;
/** Conversations to a page: most looks find nothing new and cost one page. */
const pageSize = 10;
/** More changes of one client at once than this are left to the next look. */
const pagesMax = 50;
/** Messages of one conversation that are told one by one; whoever is further behind asks for the rest. */
const messagesMax = 100;
const rememberedMax = 20_000;
const clientsAtOnce = 4;

/**
 * Where processes cannot hear each other: looks every second for conversations that others have changed, and publishes
 * them and their new messages as the relay would. What leaves no trace in them stays unheard: typing, read marks,
 * removals, and what ends a session or a key, which caches and reviews bring about within minutes.
 */
export function startChangePoller(options: ChangePollerOptions): { stop(): Promise<void> } {
  const { bus, storage, log, now } = options;
  // What has been published of a conversation, by this process itself or from a look.
  const told = new LRUCache<string, { updatedAt: number; sequence: number }>({ max: rememberedMax });
  // Whoever has just begun to watch a client has read it themselves: it is looked at from then on.
  const lookedAt = new Map<ClientId, Date>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const unsubscribe = bus.subscribeAll((_name, event, origin) => {
    if (origin === 'local' && 'conversation' in event) note(event.conversation);
  });

  function note({ id, updatedAt, lastSequence }: Conversation): void {
    told.set(id, { updatedAt: updatedAt.getTime(), sequence: lastSequence });
  }

  async function look(clientId: ClientId): Promise<void> {
    const scoped = storage.forClient(clientId);
    const at = now();
    const since = new Date((lookedAt.get(clientId) ?? at).getTime() - overlapMs);
    for (const conversation of (await changedSince(scoped, since)).reverse()) await tell(scoped, conversation, since);
    lookedAt.set(clientId, at);
  }

  async function tell(scoped: ClientStorage, conversation: Conversation, since: Date): Promise<void> {
    const { clientId } = scoped;
    const before = told.get(conversation.id);
    const isKnown =
      before && before.updatedAt >= conversation.updatedAt.getTime() && before.sequence >= conversation.lastSequence;
    if (isKnown) return;
    const news = before?.sequence === conversation.lastSequence ? [] : await newMessages(scoped, conversation, since);
    if (stopped) return;
    note(conversation);
    if (!before && conversation.createdAt > since) {
      bus.publish('conversation.created', { clientId, conversation }, 'relay');
    }
    for (const message of news) bus.publish('message.created', { clientId, message, conversation }, 'relay');
    if (news.length === 0) bus.publish('conversation.updated', { clientId, conversation }, 'relay');
  }

  async function newMessages(scoped: ClientStorage, { id }: Conversation, since: Date): Promise<Message[]> {
    const before = told.get(id);
    const { items } = await scoped.messages.list(id, {
      limit: messagesMax,
      ...(before && { after: before.sequence }),
    });
    return before ? items : items.filter(({ createdAt }) => createdAt > since);
  }

  async function lookAtAll(): Promise<void> {
    const watched = new Set(options.watchedClients());
    for (const clientId of lookedAt.keys()) if (!watched.has(clientId)) lookedAt.delete(clientId);
    const waiting = [...watched];
    while (waiting.length > 0 && !stopped) await Promise.all(waiting.splice(0, clientsAtOnce).map(look));
  }

  let looking = Promise.resolve();
  const schedule = () => {
    timer = setTimeout(() => {
      looking = lookAtAll()
        .catch((error: unknown) => log.warn({ event: 'poll.failed', err: error }))
        .finally(() => {
          if (!stopped) schedule();
        });
    }, options.everyMs ?? defaultEveryMs);
    timer.unref();
  };
  schedule();

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      unsubscribe();
      await looking;
    },
  };
}

/** Most recently updated first. */
async function changedSince(storage: ClientStorage, since: Date): Promise<Conversation[]> {
  const changed: Conversation[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const { items, nextCursor } = await storage.conversations.list({}, { limit: pageSize, cursor });
    const fresh = items.filter(({ updatedAt }) => updatedAt > since);
    changed.push(...fresh);
    if (fresh.length < items.length || nextCursor === null) break;
    cursor = nextCursor;
  }
  return changed;
}
