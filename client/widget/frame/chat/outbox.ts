import { ApiError } from './api.ts';
import { backoffMs } from './backoff.ts';
import { newId } from './new-id.ts';
import type { Store } from './store.ts';
import type { OutboxEntry, OutboxFile } from './types.ts';

export interface Outbox {
  entries(): readonly OutboxEntry[];
  /** The oldest entry failed at least once and will be tried again. */
  isFailing(): boolean;
  add(entry: OutboxEntry): void;
  /** Notes the server's id of a conversation in all that waits for it. */
  bind(conversation: string, conversationId: string): void;
  /** Puts what waits for a conversation into another that is yet to begin. */
  move(from: string, to: string): void;
  /** Notes what has become of an entry, and answers it. */
  update(entry: OutboxEntry): OutboxEntry;
  /**
   * Puts files of an entry into one of their own, behind it, which `change` says more of. Answers what is left, with
   * `content` if given.
   */
  split(entry: OutboxEntry, files: readonly OutboxFile[], change?: Partial<OutboxEntry>, content?: string): OutboxEntry;
  /** The visitor gives up on a message. */
  discard(id: string): void;
  /** The way is free again: no more waiting than the server has asked for. */
  retryNow(): void;
  /** Another tab changed what is kept. */
  reload(): void;
  stop(): void;
}

export interface OutboxOptions {
  store: Store;
  /** One attempt; the entry is gone once it resolves. Throws `ApiError`. */
  deliver(entry: OutboxEntry): Promise<void>;
  changed(): void;
  /** The entry is not waiting any more. */
  gone?(entry: OutboxEntry): void;
}

/** No repetition will make the server take these. */
const finalStatuses = [400, 413, 415, 422];

/** After this time a message another tab wrote is sent from here as well: the other may have been closed. */
const adoptAfterMs = 10_000;

/**
 * Holds every message until the server has acknowledged it: sent in the order written, one after the other, repeated
 * for ever under the same id. An entry that another tab sends as well is stored once.
 */
export function createOutbox({ store, deliver, changed, gone }: OutboxOptions): Outbox {
  let entries = store.entries();
  let attempt = 0;
  let isRunning = false;
  let isStopped = false;
  let wake: (() => void) | undefined;

  const has = ({ id }: OutboxEntry) => entries.some((entry) => entry.id === id);
  const replace = (changedEntry: OutboxEntry) => {
    if (!has(changedEntry)) return;
    entries = entries.map((entry) => (entry.id === changedEntry.id ? changedEntry : entry));
    if (!isStopped) store.put(changedEntry);
  };
  const remove = (id: string) => {
    const entry = entries.find((known) => known.id === id);
    store.remove(id);
    if (entry) gone?.(entry);
    entries = entries.filter((entry) => entry.id !== id);
    changed();
  };
  const pause = (ms: number, leastMs: number) =>
    new Promise<void>((resolve) => {
      const least = Date.now() + leastMs;
      wake = () => setTimeout(resolve, least - Date.now());
      setTimeout(resolve, ms);
    });

  const run = async () => {
    if (isRunning) return;
    isRunning = true;
    for (;;) {
      const entry = entries.find((waiting) => !waiting.refused);
      if (!entry || isStopped) break;
      try {
        await deliver(entry);
        attempt = 0;
        // Where it went could not be kept any more: it stays, and finds its conversation when it is sent again.
        if (isStopped) break;
        remove(entry.id);
      } catch (error) {
        const { status, retryAfterMs } = error instanceof ApiError ? error : new ApiError(0);
        if (!has(entry)) {
          // Given up by the visitor while it was on its way.
          attempt = 0;
        } else if (finalStatuses.includes(status)) {
          attempt = 0;
          replace({ ...entry, refused: true });
          changed();
        } else {
          attempt++;
          changed();
          await pause(backoffMs(attempt, retryAfterMs), retryAfterMs);
        }
      }
    }
    isRunning = false;
  };

  void run();
  return {
    entries: () => entries,
    isFailing: () => attempt > 0,
    add(entry) {
      entries = [...entries, entry];
      store.put(entry);
      changed();
      void run();
    },
    bind(conversation, conversationId) {
      for (const entry of entries) {
        if (entry.conversation === conversation) replace({ ...entry, conversationId });
      }
    },
    move(from, to) {
      for (const entry of entries) {
        if (entry.conversation !== from) continue;
        // What was uploaded belongs to the conversation that was.
        const files = entry.files?.map(({ uploaded: _, ...file }) => file);
        replace({ ...entry, conversation: to, conversationId: null, ...(files && { files }) });
      }
      changed();
    },
    update(entry) {
      replace(entry);
      changed();
      return entry;
    },
    split(entry, files, change, content = entry.content) {
      const left = { ...entry, content, files: entry.files?.filter((file) => !files.includes(file)) ?? [] };
      if (!has(entry)) return left;
      const { start: _, person: __, ...same } = entry;
      // Written times are whole numbers: this one stays before whatever was written next.
      const apart = { ...same, id: newId(), at: entry.at + Math.random(), content: '', files, ...change };
      const at = entries.findIndex(({ id }) => id === entry.id) + 1;
      entries = [...entries.slice(0, at), apart, ...entries.slice(at)];
      if (!isStopped) store.put(apart);
      replace(left);
      changed();
      return left;
    },
    discard: remove,
    retryNow: () => wake?.(),
    reload() {
      entries = store.entries();
      changed();
      setTimeout(run, adoptAfterMs);
    },
    stop() {
      isStopped = true;
      wake?.();
    },
  };
}
