/** The other processes: the number each has reached, and when it was last heard. */
export class RelayPeers {
  readonly #silenceMs: number;
  readonly #peers = new Map<string, { number: number; heardAt: number }>();
  #lookedAt = performance.now();

  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
  }

  get size(): number {
    return this.#peers.size;
  }

  /** Notes that a process has reached this number, and answers the number known before; undefined for a new one. */
  hear(id: string, number: number): number | undefined {
    const heardAt = performance.now();
    const peer = this.#peers.get(id);
    if (!peer) {
      this.#peers.set(id, { number, heardAt });
      return undefined;
    }
    const before = peer.number;
    peer.number = Math.max(before, number);
    peer.heardAt = heardAt;
    return before;
  }

  forget(id: string): void {
    this.#peers.delete(id);
  }

  clear(): void {
    this.#peers.clear();
  }

  /**
   * Forgets those who have been silent for too long, and answers them. To be called regularly: when this process has
   * been held up itself, what the others said in between has yet to be read, and they are given their time anew.
   */
  takeSilent(): string[] {
    const now = performance.now();
    const heldUp = now - this.#lookedAt > this.#silenceMs / 2;
    this.#lookedAt = now;
    const silent: string[] = [];
    for (const [id, peer] of this.#peers) {
      if (heldUp) peer.heardAt = now;
      else if (now - peer.heardAt > this.#silenceMs) silent.push(id);
    }
    for (const id of silent) this.#peers.delete(id);
    return silent;
  }
}
