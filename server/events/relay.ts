import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { IStorage } from '../storage/storage.ts';
import type { Bus, EventName, Events } from './bus.ts';
import { decodeEvent, type WireEvent } from './relay-codec.ts';
import { RelayOutbox } from './relay-outbox.ts';
import { packetStart, parsePacket } from './relay-packet.ts';
import { RelayPeers } from './relay-peers.ts';
import type { RelayTransport } from './relay-transport.ts';

export interface RelayOptions {
  bus: Bus;
  storage: Pick<IStorage, 'forClient'>;
  transport: RelayTransport;
  log: Logger;
  /**
   * Events of others may have been missed: whoever watches through this process must look again. Called at most once
   * in `gapMs`.
   */
  onGap(): void;
  timing?: Partial<RelayTiming>;
}

export interface RelayTiming {
  /** How often a process says that it is there. */
  beatMs: number;
  /** A process that is not heard for so long is taken to have died. */
  silenceMs: number;
  /** How long to wait at most for the others to answer the first word. */
  helloMs: number;
  /** The least time between two calls of `onGap`. */
  gapMs: number;
}

const defaultTiming: RelayTiming = { beatMs: 2_000, silenceMs: 8_000, helloMs: 1_000, gapMs: 1_000 };
const goodbyeMs = 1_000;

/**
 * Publishes what happens in this process on the buses of all others, and the other way round. Where no other process is
 * there, no event is sent at all.
 */
export class Relay {
  /** Of this process, among those that share the transport. */
  readonly id = randomBytes(6).toString('base64url');
  readonly #options: RelayOptions;
  readonly #timing: RelayTiming;
  readonly #ownStart = packetStart(this.id);
  readonly #peers: RelayPeers;
  readonly #outbox: RelayOutbox;
  #connected = false;
  /** Set while the others are being asked who is there. */
  #joining: { answered(by: string): void } | undefined;
  #gap: { timer: NodeJS.Timeout; again: boolean } | undefined;
  #beat: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | undefined;
  #closed = false;

  constructor(options: RelayOptions) {
    const { transport, log } = options;
    this.#options = options;
    this.#timing = { ...defaultTiming, ...options.timing };
    this.#peers = new RelayPeers(this.#timing.silenceMs);
    this.#outbox = new RelayOutbox({ from: this.id, transport, log });
  }

  /**
   * Resolves when everything that happens in other processes from now on is heard here: listening has begun, and every
   * other process knows of this one. @throws when the transport cannot be reached
   */
  async start(): Promise<void> {
    const { transport, bus, log } = this.#options;
    await transport.open({
      received: (payload) => this.#receive(payload),
      lost: (reason) => {
        this.#connected = false;
        this.#outbox.open = false;
        log.warn({ event: 'relay.lost', reason });
      },
      restored: () => {
        log.info({ event: 'relay.restored' });
        void this.#join({ fresh: false }).then(() => this.#announceGap('connection'));
      },
    });
    this.#unsubscribe = bus.subscribeAll((name, event, origin) => {
      if (origin === 'local') this.#take(name, event);
    });
    await this.#join({ fresh: true });
    this.#beat = setInterval(() => this.#onBeat(), this.#timing.beatMs);
    this.#beat.unref();
  }

  /** Whether events of others arrive just now. */
  get connected(): boolean {
    return this.#connected;
  }

  /** How many other processes are known to be there. */
  get peers(): number {
    return this.#peers.size;
  }

  /** Sends what waits and says goodbye; a transport that does not answer is not waited for longer than a second. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#unsubscribe?.();
    clearInterval(this.#beat);
    clearTimeout(this.#gap?.timer);
    if (this.#connected && this.#peers.size > 0) {
      this.#outbox.say({ kind: 'bye' });
      // What is under way may have packed before this word.
      await within(
        goodbyeMs,
        this.#outbox.flush().then(() => this.#outbox.flush()),
      );
    }
    this.#outbox.open = false;
    await this.#options.transport.close();
  }

  /** Says hello, and waits for as many answers as there are others. */
  async #join(hello: { fresh: boolean }): Promise<void> {
    this.#connected = true;
    this.#peers.clear();
    // Counted are answers, not whoever is heard: a last word of somebody who has gone would pass for one of them.
    const answers = new Set<string>();
    let others = Number.POSITIVE_INFINITY;
    const allAnswered = new Promise<void>((resolve) => {
      const look = () => {
        if (answers.size >= others) resolve();
      };
      this.#joining = {
        answered(by) {
          answers.add(by);
          look();
        },
      };
      this.#options.transport.countListeners().then(
        (listeners) => {
          others = listeners - 1;
          look();
        },
        () => {},
      );
    });
    this.#outbox.say({ kind: 'hello', ...hello });
    this.#outbox.open = true;
    await within(this.#timing.helloMs, allAnswered);
    this.#joining = undefined;
    if (this.#peers.size === 0) this.#outbox.forget();
  }

  #take(name: EventName, event: Events[EventName]): void {
    if (this.#peers.size === 0 && !this.#joining) this.#outbox.skip();
    else this.#outbox.put(name, event);
  }

  #receive(payload: string): void {
    if (this.#closed || payload.startsWith(this.#ownStart)) return;
    const packet = parsePacket(payload);
    if (!packet) {
      this.#options.log.warn({ event: 'relay.not-understood' });
      return;
    }
    const { from, number, kind } = packet;
    const known = this.#peers.hear(from, number);
    switch (kind) {
      case 'events':
        if (known === undefined) this.#noteStranger();
        else if (number <= known) return;
        else if (number > known + 1) this.#announceGap('number');
        for (const event of packet.events ?? []) this.#republish(event);
        break;
      case 'hello':
        if (known === undefined ? packet.fresh !== true : number > known) this.#announceGap('hello');
        this.#outbox.say({ kind: 'alive', to: from });
        break;
      case 'alive':
        if (known === undefined) this.#noteStranger();
        else if (number > known) this.#announceGap('number');
        if (packet.to === this.id) this.#joining?.answered(from);
        break;
      case 'bye':
        this.#peers.forget(from);
        if (known !== undefined && number > known) this.#announceGap('number');
        break;
    }
  }

  /** Somebody unknown who does not begin has been there for a while without counting on this process. */
  #noteStranger(): void {
    if (this.#joining) return;
    this.#outbox.say({ kind: 'alive' });
    this.#announceGap('stranger');
  }

  #republish(wire: WireEvent): void {
    const { bus, storage, log } = this.#options;
    const publish = (event: Events[EventName] | undefined) => {
      if (event && !this.#closed) bus.publish(wire[0], event as never, 'relay');
    };
    const event = decodeEvent(wire, (clientId) => storage.forClient(clientId));
    if (event instanceof Promise) {
      event.then(publish, (error: unknown) => {
        log.warn({ event: 'relay.not-read', name: wire[0], err: error });
        this.#announceGap('read');
      });
    } else publish(event);
  }

  #onBeat(): void {
    if (!this.#connected) return;
    const died = this.#peers.takeSilent();
    for (const peer of died) this.#options.log.warn({ event: 'relay.peer-died', peer });
    if (died.length > 0) this.#announceGap('died');
    if (this.#peers.size > 0) this.#outbox.say({ kind: 'alive' });
  }

  #announceGap(cause: string): void {
    if (this.#closed) return;
    if (this.#gap) {
      this.#gap.again = true;
      return;
    }
    this.#options.log.info({ event: 'relay.gap', cause });
    const timer = setTimeout(() => {
      const again = this.#gap?.again === true;
      this.#gap = undefined;
      if (again) this.#announceGap(cause);
    }, this.#timing.gapMs);
    timer.unref();
    this.#gap = { timer, again: false };
    this.#options.onGap();
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
