import { ApiError } from './api.ts';
import { backoffMs } from './backoff.ts';
import type { Store } from './store.ts';
import type { OutboxEntry } from './types.ts';

export interface Outbox {
  entries(): readonly OutboxEntry[];
  /** The oldest entry failed at least once and will be tried again. */
  isFailing(): boolean;
  add(entry: OutboxEntry): void;
  /** Notes the server's id of a conversation in all that waits for it. */
  bind(conversation: string, conversationId: string): void;
  /** Puts what waits for a conversation into another that is yet to begin. */
  move(from: string, to: string): void;
  /** The visitor gives up on a refused message. */
  discard(id: string): void;
  /** The way is free again: no more waiting. */
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
}

/** No repetition will make the server take these. */
const finalStatuses = [400, 413, 415, 422];

/** After this time a message another tab wrote is sent from here as well: the other may have been closed. */
const adoptAfterMs = 10_000;

/**
 * Holds every message until the server has acknowledged it: sent in the order written, one after the other, repeated
 * for ever under the same id. An entry that another tab sends as well is stored once.
 */
export function createOutbox({ store, deliver, changed }: OutboxOptions): Outbox {
  let entries = store.entries();
  let attempt = 0;
  let isRunning = false;
  let isStopped = false;
  let wake: (() => void) | undefined;

  const replace = (changedEntry: OutboxEntry) => {
    entries = entries.map((entry) => (entry.id === changedEntry.id ? changedEntry : entry));
    if (!isStopped) store.put(changedEntry);
  };
  const remove = (id: string) => {
    store.remove(id);
    entries = entries.filter((entry) => entry.id !== id);
    changed();
  };
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      wake = resolve;
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
        remove(entry.id);
      } catch (error) {
        const { status, retryAfterMs } = error instanceof ApiError ? error : new ApiError(0);
        if (finalStatuses.includes(status)) {
          attempt = 0;
          replace({ ...entry, refused: true });
          changed();
        } else {
          attempt++;
          changed();
          await pause(backoffMs(attempt, retryAfterMs));
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
        if (entry.conversation === from) replace({ ...entry, conversation: to, conversationId: null });
      }
      changed();
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
