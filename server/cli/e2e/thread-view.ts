/** What an actor is told of a message. */
export interface Shown {
  id: string;
  sequence: number;
  content: string;
}

/** A stretch of the thread after a sequence number, as the server answers it. */
export type ReadAfter = (sequence: number) => Promise<{ items: Shown[]; hasMore: boolean }>;

/**
 * One thread as a browser keeps it: shown in the order of sequence numbers, live where the next number arrives, and
 * read with `after=` where one is missing. Nothing asks on a timer: what nobody points at stays missing.
 */
export class ThreadView {
  readonly shown: Shown[] = [];
  /** When each sequence number was shown, as `performance.now()` tells it. */
  readonly shownAtMs = new Map<number, number>();
  /** How many came live, without asking. */
  live = 0;
  readonly #readAfter: ReadAfter;
  #wanted = 0;
  #reading: Promise<void> | undefined;

  constructor(readAfter: ReadAfter) {
    this.#readAfter = readAfter;
  }

  get sequence(): number {
    return this.shown.at(-1)?.sequence ?? 0;
  }

  /** An event has arrived. */
  hear(message: Shown): void {
    if (message.sequence <= this.sequence) return;
    if (message.sequence > this.sequence + 1) {
      this.catchUp(message.sequence);
      return;
    }
    this.#show(message);
    this.live += 1;
  }

  /** The thread is known to go as far as this number: reads on until it is shown, through every failure. */
  catchUp(sequence: number): void {
    this.#wanted = Math.max(this.#wanted, sequence);
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
      if (this.#wanted > this.sequence) this.catchUp(this.#wanted);
    });
  }

  async #read(): Promise<void> {
    while (this.#wanted > this.sequence) {
      const { items } = await this.#readAfter(this.sequence);
      for (const message of items) if (message.sequence > this.sequence) this.#show(message);
    }
  }

  #show(message: Shown): void {
    this.shown.push(message);
    this.shownAtMs.set(message.sequence, performance.now());
  }
}
