import type { AttachmentView } from '../../../../../shared/contracts/attachments.ts';
import type { MessageView } from '../../../../../shared/contracts/conversations.ts';
import { isTemporary, ProblemError } from '../../lib/problem.ts';

/** An answer on its way. Its id is made here and stays the same through every attempt, so it is stored once at most. */
export interface OutgoingMessage {
  clientMessageId: string;
  clientId: string;
  conversationId: string;
  content: string;
  /** Files that are uploaded already. */
  attachments: readonly AttachmentView[];
  createdAt: string;
  /** `sending`: also while waiting to try again. `failed`: refused, and tried again only when asked to. */
  state: 'sending' | 'failed';
  attempts: number;
  /** Why it was refused; null while sending. */
  reason: string | null;
}

export interface OutboxParts {
  send: (message: OutgoingMessage) => Promise<MessageView>;
  /** Called with the stored message, once per message. */
  onSent: (message: OutgoingMessage, stored: MessageView) => void;
  load: () => OutgoingMessage[];
  save: (messages: readonly OutgoingMessage[]) => void;
  reasonOf: (error: unknown) => string;
  /** Calls back after a time; answers how to call it off. */
  later: (delayMs: number, action: () => void) => () => void;
}

const retryFirstMs = 1_000;
const retryLastMs = 30_000;

/** How long to wait before the attempt after so many failed ones. */
export function retryDelayMs(attempts: number): number {
  return Math.min(retryLastMs, retryFirstMs * 2 ** Math.max(0, attempts - 1));
}

/**
 * The answers that are not acknowledged yet, in the order they were written. Per conversation one at a time is sent, so
 * that they arrive in that order; what fails for a passing reason is repeated for ever, waiting longer each time. They
 * survive a reload.
 */
export class Outbox {
  #parts: OutboxParts;
  #messages: readonly OutgoingMessage[];
  #busy = new Set<string>();
  #waits = new Map<string, () => void>();
  #listeners = new Set<() => void>();

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#messages = parts.load();
  }

  /** All messages; the same array until something changes. */
  readonly get = (): readonly OutgoingMessage[] => this.#messages;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Goes on with what an earlier page left behind. */
  resume(): void {
    for (const conversationId of new Set(this.#messages.map((message) => message.conversationId))) {
      this.#pump(conversationId);
    }
  }

  add(
    message: Pick<
      OutgoingMessage,
      'clientMessageId' | 'clientId' | 'conversationId' | 'content' | 'attachments' | 'createdAt'
    >,
  ): void {
    this.#change([...this.#messages, { ...message, state: 'sending', attempts: 0, reason: null }]);
    this.#pump(message.conversationId);
  }

  /** Tries a refused message again, under the same id. */
  retry(clientMessageId: string): void {
    const message = this.#find(clientMessageId);
    if (message?.state !== 'failed') return;
    this.#put({ ...message, state: 'sending', reason: null });
    this.#pump(message.conversationId);
  }

  /** Gives up on a refused message. */
  discard(clientMessageId: string): void {
    const message = this.#find(clientMessageId);
    if (message?.state !== 'failed') return;
    this.#change(this.#messages.filter((one) => one !== message));
    this.#pump(message.conversationId);
  }

  /** Tries now what is waiting to be repeated, as after a reconnect. */
  hurry(): void {
    for (const [conversationId, cancel] of [...this.#waits]) {
      cancel();
      this.#waits.delete(conversationId);
      this.#pump(conversationId);
    }
  }

  /** Notes that a message is stored, when that is heard in another way than by the answer. */
  acknowledge(stored: MessageView): void {
    const message = stored.clientMessageId === null ? undefined : this.#find(stored.clientMessageId);
    if (!message || message.conversationId !== stored.conversationId) return;
    this.#change(this.#messages.filter((one) => one !== message));
    this.#parts.onSent(message, stored);
    this.#pump(message.conversationId);
  }

  #find(clientMessageId: string): OutgoingMessage | undefined {
    return this.#messages.find((message) => message.clientMessageId === clientMessageId);
  }

  #put(message: OutgoingMessage): void {
    this.#change(this.#messages.map((one) => (one.clientMessageId === message.clientMessageId ? message : one)));
  }

  #change(messages: readonly OutgoingMessage[]): void {
    this.#messages = messages;
    this.#parts.save(messages);
    for (const listener of [...this.#listeners]) listener();
  }

  #pump(conversationId: string): void {
    if (this.#busy.has(conversationId) || this.#waits.has(conversationId)) return;
    // A refused message does not hold up those behind it.
    const next = this.#messages.find((one) => one.conversationId === conversationId && one.state === 'sending');
    if (next) void this.#attempt(next);
  }

  async #attempt(message: OutgoingMessage): Promise<void> {
    const { clientMessageId, conversationId } = message;
    this.#busy.add(conversationId);
    try {
      const stored = await this.#parts.send(message);
      this.#busy.delete(conversationId);
      this.acknowledge(stored);
    } catch (error) {
      this.#busy.delete(conversationId);
      this.#note(clientMessageId, error);
    }
    this.#pump(conversationId);
  }

  #note(clientMessageId: string, error: unknown): void {
    const message = this.#find(clientMessageId);
    // Acknowledged meanwhile over the socket.
    if (!message) return;
    const attempts = message.attempts + 1;
    if (!isTemporary(error)) {
      this.#put({ ...message, attempts, state: 'failed', reason: this.#parts.reasonOf(error) });
      return;
    }
    this.#put({ ...message, attempts });
    // A server that names a time is obeyed.
    const askedMs = error instanceof ProblemError ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
    const cancel = this.#parts.later(Math.max(retryDelayMs(attempts), askedMs), () => {
      this.#waits.delete(message.conversationId);
      this.#pump(message.conversationId);
    });
    this.#waits.set(message.conversationId, cancel);
  }
}
