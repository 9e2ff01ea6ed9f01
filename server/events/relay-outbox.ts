import type { Logger } from 'pino';
import type { EventName, Events } from './bus.ts';
import { encodeEvent } from './relay-codec.ts';
import { eventsPacket, type Packet } from './relay-packet.ts';
import type { RelayTransport } from './relay-transport.ts';

/** Payloads in one statement; about half a megabyte. */
const payloadsAtOnce = 64;
/** What waits for a lost connection; beyond it everything is dropped, and the others miss a number. */
const waitingEventsMax = 20_000;
/** Room in a payload for sender, number and brackets. */
const envelopeBytes = 100;

/**
 * What this process has to say, in order. Events of one turn of the event loop are packed together, and while a send is
 * under way all that comes up meanwhile waits for the next. What could not be handed over is kept and goes again.
 */
export class RelayOutbox {
  readonly #from: string;
  readonly #transport: RelayTransport;
  readonly #log: Logger;
  #waiting: { name: EventName; event: Events[EventName] }[] = [];
  #words: Pick<Packet, 'kind' | 'fresh' | 'to'>[] = [];
  /** Packed, and not known to be handed over. */
  #packed: string[] = [];
  /** Of the last `events` packet, or of the last event nobody was sent. */
  #number = 0;
  #open = false;
  #scheduled = false;
  #sending: Promise<void> | undefined;

  constructor({ from, transport, log }: { from: string; transport: RelayTransport; log: Logger }) {
    this.#from = from;
    this.#transport = transport;
    this.#log = log;
  }

  /** While it is closed, everything waits. */
  set open(open: boolean) {
    this.#open = open;
    if (open) this.#schedule();
  }

  put(name: EventName, event: Events[EventName]): void {
    if (this.#waiting.length >= waitingEventsMax) this.forget();
    this.#waiting.push({ name, event });
    this.#schedule();
  }

  say(word: Pick<Packet, 'kind' | 'fresh' | 'to'>): void {
    this.#words.push(word);
    this.#schedule();
  }

  /** Nobody is sent what has just happened; whoever still counts on this process sees that a number is missing. */
  skip(): void {
    this.#number += 1;
  }

  /** The same for every event that waits. */
  forget(): void {
    if (this.#waiting.length === 0 && this.#packed.length === 0) return;
    this.#waiting = [];
    this.#packed = [];
    this.skip();
  }

  /** Resolves when everything has been handed over, or could not be. */
  flush(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  #schedule(): void {
    if (this.#scheduled || !this.#open) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.flush();
    });
  }

  async #sendAll(): Promise<void> {
    while (this.#open) {
      if (this.#packed.length === 0) this.#pack();
      const batch = this.#packed.slice(0, payloadsAtOnce);
      if (batch.length === 0) return;
      try {
        await this.#transport.send(batch);
      } catch (error) {
        // Some may have arrived: whoever has got them drops them by their number when they come again.
        this.#log.debug({ event: 'relay.not-sent', reason: (error as Error).message });
        return;
      }
      // Unless it has been forgotten meanwhile.
      if (this.#packed[0] === batch[0]) this.#packed.splice(0, batch.length);
    }
  }

  #pack(): void {
    const bytesMax = this.#transport.payloadBytesMax - envelopeBytes;
    let parts: string[] = [];
    let bytes = 0;
    const seal = () => {
      if (parts.length === 0) return;
      this.#number += 1;
      this.#packed.push(eventsPacket(this.#from, this.#number, parts));
      parts = [];
      bytes = 0;
    };
    for (const { name, event } of this.#waiting.splice(0)) {
      const part = encodeEvent(name, event, bytesMax);
      if (part === undefined) {
        seal();
        this.skip();
        this.#log.error({ event: 'relay.too-long', name });
        continue;
      }
      const length = Buffer.byteLength(part) + 1;
      if (bytes + length > bytesMax) seal();
      parts.push(part);
      bytes += length;
    }
    seal();
    for (const word of this.#words.splice(0)) {
      const packet: Packet = { from: this.#from, number: this.#number, ...word };
      this.#packed.push(JSON.stringify(packet));
    }
  }
}
