import type { AppendResult } from '../repositories/messages.ts';
import type { OutgoingMessage } from './message-statement.ts';

/** A message that waits for its group, with those who wait for it. */
export interface QueuedMessage {
  outgoing: OutgoingMessage;
  /** The same as JSON. */
  json: string;
  resolve(result: AppendResult): void;
  reject(reason: Error): void;
}

const GROUP_MESSAGES_MAX = 256;
/** Long messages make smaller groups, so that short ones behind them do not wait for megabytes. */
const GROUP_CHARS_MAX = 1_000_000;

/**
 * Messages in the order of their arrival, given out in groups. A conversation is in at most one group at a time: a
 * second group would only wait for the first one's lock, and could overtake it.
 */
export class MessageQueue {
  #ready: QueuedMessage[] = [];
  /** For every conversation of a group that is out: its messages that were met since. Older than those in `#ready`. */
  readonly #behind = new Map<string, QueuedMessage[]>();
  #parked = 0;

  /** How many messages are in no group yet. */
  get waiting(): number {
    return this.#ready.length + this.#parked;
  }

  add(message: QueuedMessage): void {
    this.#ready.push(message);
  }

  /** The next group; empty when every waiting message must wait for a group that is out. */
  takeGroup(): QueuedMessage[] {
    const group: QueuedMessage[] = [];
    const own = new Map<string, OwnConversation>();
    let chars = 0;
    let met = 0;
    for (const message of this.#ready) {
      if (group.length === GROUP_MESSAGES_MAX || chars > GROUP_CHARS_MAX) break;
      met++;
      const key = conversationOf(message);
      if (!this.#mayJoin(own, key, message)) {
        this.#park(key, message);
        continue;
      }
      group.push(message);
      chars += message.json.length;
    }
    this.#ready = this.#ready.slice(met);
    return group;
  }

  /** Everything that waits, for those who will not send it. */
  takeAll(): QueuedMessage[] {
    const all = [...this.#behind.values()].flat().concat(this.#ready);
    for (const key of this.#behind.keys()) this.#behind.set(key, []);
    this.#parked = 0;
    this.#ready = [];
    return all;
  }

  /** The group has been answered: what waited for its conversations is next. */
  release(group: QueuedMessage[]): void {
    const freed: QueuedMessage[] = [];
    for (const message of group) {
      const key = conversationOf(message);
      const behind = this.#behind.get(key);
      if (behind === undefined) continue;
      this.#behind.delete(key);
      this.#parked -= behind.length;
      freed.push(...behind);
    }
    if (freed.length > 0) this.#ready = freed.concat(this.#ready);
  }

  /**
   * One statement cannot tell apart two messages with the same client-made id, nor give one conversation two states.
   * After the first message that must wait, the rest of its conversation waits too: order is kept.
   */
  #mayJoin(own: Map<string, OwnConversation>, key: string, message: QueuedMessage): boolean {
    const { client_message_id: madeId, status_after: statusAfter } = message.outgoing;
    const conversation = own.get(key);
    if (conversation === undefined) {
      if (this.#behind.has(key)) return false;
      this.#behind.set(key, []);
      own.set(key, { statusAfter, madeIds: new Set(madeId === null ? [] : [madeId]) });
      return true;
    }
    const fits = conversation.statusAfter === statusAfter && (madeId === null || !conversation.madeIds.has(madeId));
    if (!fits || this.#behind.get(key)!.length > 0) return false;
    if (madeId !== null) conversation.madeIds.add(madeId);
    return true;
  }

  #park(key: string, message: QueuedMessage): void {
    this.#behind.get(key)!.push(message);
    this.#parked++;
  }
}

interface OwnConversation {
  statusAfter: OutgoingMessage['status_after'];
  madeIds: Set<string>;
}

/** Tells conversations apart, those of different clients too. */
export function conversationOf({ outgoing }: QueuedMessage): string {
  return `${outgoing.client_id}${outgoing.conversation_id.toLowerCase()}`;
}
