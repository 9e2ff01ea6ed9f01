import type { Redis } from 'ioredis';
import { type RelayHandlers, type RelayTransport, reconnectDelayMs } from './relay-transport.ts';

/** A command without an answer after this means that the connection is dead, whatever TCP says. */
const answerMs = 10_000;
const checkEveryMs = 10_000;

/**
 * Redis' publish and subscribe; sharded where the server has it (7 and later), so that a cluster keeps it on one node.
 * The driver is loaded only here. @param channel the same in every process of one installation, and in no other's
 */
export async function createRedisTransport(url: string, channel: string): Promise<RelayTransport> {
  const { Redis } = await import('ioredis');
  return new RedisTransport(
    (retryStrategy) =>
      new Redis(url, {
        lazyConnect: true,
        protocol: 2,
        connectTimeout: answerMs / 2,
        commandTimeout: answerMs,
        enableOfflineQueue: false,
        autoResubscribe: false,
        autoResendUnfulfilledCommands: false,
        maxRetriesPerRequest: 0,
        retryStrategy,
      }),
    channel,
  );
}

type Connect = (retryStrategy: (attempt: number) => number | null) => Redis;

class RedisTransport implements RelayTransport {
  // Bounds what a receiver parses at a time.
  readonly payloadBytesMax = 64_000;
  readonly #channel: string;
  /** A subscribed connection may not publish, so there are two. */
  readonly #listener: Redis;
  readonly #sender: Redis;
  #handlers: RelayHandlers | undefined;
  #sharded = true;
  #opened = false;
  #up = false;
  #check: NodeJS.Timeout | undefined;

  constructor(connect: Connect, channel: string) {
    this.#channel = channel;
    const retry = (attempt: number) => (this.#opened ? reconnectDelayMs(attempt - 1) : null);
    this.#listener = connect(retry);
    this.#sender = connect(retry);
  }

  async open(handlers: RelayHandlers): Promise<void> {
    this.#handlers = handlers;
    const received = (channel: string, payload: string) => {
      if (channel === this.#channel) handlers.received(payload);
    };
    this.#listener.on('message', received).on('smessage', received);
    let reason = 'the connection was closed';
    for (const connection of [this.#listener, this.#sender]) {
      connection.on('error', (error: Error) => {
        reason = error.message;
      });
    }
    try {
      await Promise.all([this.#listener.connect(), this.#sender.connect()]);
      await this.#subscribe();
    } catch (error) {
      this.#listener.disconnect();
      this.#sender.disconnect();
      // The command fails with "closed"; what the connection said first is the cause.
      throw reason === 'the connection was closed' ? error : new Error(reason, { cause: error });
    }
    this.#opened = true;
    this.#up = true;
    for (const connection of [this.#listener, this.#sender]) {
      connection.on('close', () => this.#fall(reason)).on('ready', () => void this.#rise());
    }
    this.#check = setInterval(() => {
      for (const connection of [this.#listener, this.#sender]) {
        if (connection.status === 'ready') connection.ping().catch(() => connection.disconnect(true));
      }
    }, checkEveryMs);
    this.#check.unref();
  }

  async send(payloads: string[]): Promise<void> {
    const command = this.#sharded ? 'spublish' : 'publish';
    await Promise.all(payloads.map((payload) => this.#sender[command](this.#channel, payload)));
  }

  async countListeners(): Promise<number> {
    const counted = await this.#sender.call('PUBSUB', this.#sharded ? 'SHARDNUMSUB' : 'NUMSUB', this.#channel);
    return Number((counted as [string, number])[1]);
  }

  async close(): Promise<void> {
    this.#opened = false;
    this.#up = false;
    clearInterval(this.#check);
    this.#listener.disconnect();
    this.#sender.disconnect();
  }

  async #subscribe(): Promise<void> {
    if (this.#sharded) {
      try {
        await this.#listener.ssubscribe(this.#channel);
        return;
      } catch (error) {
        if (!/unknown command/i.test((error as Error).message)) throw error;
        this.#sharded = false;
      }
    }
    await this.#listener.subscribe(this.#channel);
  }

  #fall(reason: string): void {
    if (!this.#up) return;
    this.#up = false;
    this.#handlers?.lost(reason);
  }

  /** When both connections are there again. */
  async #rise(): Promise<void> {
    if (this.#up || this.#listener.status !== 'ready' || this.#sender.status !== 'ready') return;
    try {
      await this.#subscribe();
    } catch {
      this.#listener.disconnect(true);
      return;
    }
    if (this.#up || !this.#opened || this.#sender.status !== 'ready') return;
    this.#up = true;
    this.#handlers?.restored();
  }
}
