import type { ClientId } from '../../../shared/ids.ts';
import type { Conversation } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { onItsOwn } from '../../lib/request-scope.ts';
import { StorageUnavailableError } from '../../storage/errors.ts';
import { indexConversation } from './index-conversation.ts';

type IndexerDeps = Pick<Deps, 'storage' | 'bus' | 'log'>;

export interface IndexerTimes {
  /** How soon after it was said a word finds its conversation; what is said meanwhile is done with it. */
  delayMs: number;
  /** After a failure, as when the database is away. */
  retryDelayMs: number;
}

const defaultTimes: IndexerTimes = { delayMs: 400, retryDelayMs: 5_000 };
const caughtUpAtOnce = 50;
/** So much longer than it works it rests: under load, messages come first. */
const restFactor = 3;
const restMsMax = 2_000;

export interface SearchIndexer {
  /** Resolves when nothing is left to do. */
  idle(): Promise<void>;
  /** Does no more. What was not done is done by the next start. */
  stop(): void;
}

/**
 * Keeps conversations findable, behind the path of messages: whatever happens to one in this process marks it, and the
 * marked are done one after the other. What was left by a process that ended is caught up with at the start. Does not
 * keep the process alive.
 */
export function startSearchIndexer(
  { storage, bus, log }: IndexerDeps,
  times: Partial<IndexerTimes> = {},
): SearchIndexer {
  const { delayMs, retryDelayMs } = { ...defaultTimes, ...times };
  const marked = new Map<string, ClientId>();
  const waiting: (() => void)[] = [];
  let behind = true;
  let lastBehind: Conversation | undefined;
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let stopped = false;

  const mark = (conversation: Conversation) => {
    marked.set(conversation.id, conversation.clientId);
    schedule(delayMs);
  };
  // Other processes do what happens in them.
  const ends = (['message.created', 'conversation.created', 'conversation.updated'] as const).map((name) =>
    bus.subscribe(name, ({ conversation }, origin) => {
      if (origin === 'local') mark(conversation);
    }),
  );

  function schedule(ms: number): void {
    if (stopped || running || timer) return;
    timer = onItsOwn(() => setTimeout(run, ms));
    timer.unref();
  }

  async function run(): Promise<void> {
    timer = undefined;
    running = true;
    let failed = false;
    try {
      while (!stopped && (marked.size > 0 || behind)) {
        const startedAt = performance.now();
        await doNext();
        await rest(performance.now() - startedAt);
      }
    } catch (error) {
      failed = true;
      if (!stopped) log.warn({ event: 'search.index-failed', err: error });
    }
    running = false;
    if (failed) return schedule(retryDelayMs);
    for (const resolve of waiting.splice(0)) resolve();
  }

  function rest(workedMs: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, Math.min(workedMs * restFactor, restMsMax)).unref();
    });
  }

  /** What people talk about now comes before what was left behind. */
  async function doNext(): Promise<void> {
    const [next] = marked;
    if (next) {
      const [conversationId, clientId] = next;
      // Marked again while it is being done, it is done again.
      marked.delete(conversationId);
      try {
        await index(clientId, conversationId);
      } catch (error) {
        marked.set(conversationId, clientId);
        throw error;
      }
      return;
    }
    const part = await storage.directory.listConversationsToIndex(lastBehind, caughtUpAtOnce);
    for (const { id, clientId } of part) {
      if (stopped) return;
      await index(clientId, id);
    }
    lastBehind = part.at(-1);
    behind = part.length === caughtUpAtOnce;
  }

  /** One that cannot be done must not keep the others from being found. @throws StorageUnavailableError */
  async function index(clientId: ClientId, conversationId: string): Promise<void> {
    try {
      await indexConversation(storage.forClient(clientId), conversationId);
    } catch (error) {
      if (error instanceof StorageUnavailableError) throw error;
      log.error({ event: 'search.not-indexed', clientId, conversationId, err: error });
    }
  }

  schedule(0);
  return {
    idle: () =>
      new Promise((resolve) => {
        if (!running && !timer) resolve();
        else waiting.push(resolve);
      }),
    stop() {
      stopped = true;
      clearTimeout(timer);
      timer = undefined;
      for (const end of ends) end();
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}
