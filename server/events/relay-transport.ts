/** What carries payloads between processes. Whoever listens gets each one once, or loses the connection. */
export interface RelayTransport {
  /** The longest payload, in bytes of UTF-8. */
  readonly payloadBytesMax: number;

  /** Resolves when payloads of others arrive from now on. Reconnects for ever by itself. @throws when it cannot be reached */
  open(handlers: RelayHandlers): Promise<void>;

  /**
   * Hands payloads over, in this order. When it rejects, some may have been handed over; `restored` is called when it
   * is worth another try.
   */
  send(payloads: string[]): Promise<void>;

  /** How many processes listen now, this one included; some may have just died. */
  countListeners(): Promise<number>;

  close(): Promise<void>;
}

export interface RelayHandlers {
  /** A payload, possibly one of this process's own. */
  received(payload: string): void;
  /** The connection was lost; payloads of others may be missed from now on. */
  lost(reason: string): void;
  /** The connection is back, and payloads arrive again. */
  restored(): void;
}

const firstDelayMs = 50;
const lastDelayMs = 5_000;

/** How long to wait before attempt `n` (from 0) to connect again: longer each time, and never all at the same moment. */
export function reconnectDelayMs(n: number): number {
  const delay = Math.min(lastDelayMs, firstDelayMs * 2 ** Math.min(n, 20));
  return delay / 2 + Math.random() * (delay / 2);
}
