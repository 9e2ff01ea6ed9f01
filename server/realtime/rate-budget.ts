/** How many events a socket may send: `burst` at once, refilled with `perSecond`. */
export interface Rate {
  perSecond: number;
  burst: number;
}

/** The events one socket has left. */
export class RateBudget {
  #left: number;
  #filledAt: number;
  /** Refusals since the last event that was taken. */
  #refused = 0;

  constructor(rate: Rate, nowMs: number) {
    this.#left = rate.burst;
    this.#filledAt = nowMs;
  }

  /** Takes one event from the budget; false when there is none left. */
  take(rate: Rate, nowMs: number): boolean {
    this.#left = Math.min(rate.burst, this.#left + ((nowMs - this.#filledAt) / 1000) * rate.perSecond);
    this.#filledAt = nowMs;
    if (this.#left < 1) {
      this.#refused += 1;
      return false;
    }
    this.#left -= 1;
    this.#refused = 0;
    return true;
  }

  /** Whether refusals are not heeded: nobody who listens to them gets here. */
  isDeaf(rate: Rate): boolean {
    return this.#refused > rate.burst * 10;
  }
}
