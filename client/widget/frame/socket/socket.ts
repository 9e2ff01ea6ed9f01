import type { Ack, AnswerProgress, ClientToServerEvents } from '../../../../shared/socket-events.ts';
import { openPolling, openWebSocket, type Transport } from './transports.ts';

type Watched = Ack<{ lastSequence: number; answer?: AnswerProgress }>;

/** The visitor's end of the live side: Socket.IO 5 over Engine.IO 4, as much of it as the widget needs. */
export interface Socket {
  /** Dropped while there is no connection: what matters is asked for again when there is one. */
  emit(name: keyof ClientToServerEvents, data: unknown, ack?: (answer: Watched) => void): void;
  /** Ends the waiting before the next attempt. */
  retryNow(): void;
  /** For good. */
  close(): void;
}

export interface SocketOptions {
  /** The visitor's token, sent in the handshake; pass the one that was refused for another. */
  token(refused?: string): Promise<string>;
  /** How long to wait after the given number of failures. */
  waitMs(failures: number): number;
  up(): void;
  down(): void;
  event(name: string, data: unknown): void;
}

/** A connection that is not ready by then is given up. */
const patienceMs = 8000;

/** Connects and reconnects for ever, over WebSocket, and in turns with polling when that does not get through. */
export function connectSocket({ token, waitMs, up, down, event }: SocketOptions): Socket {
  const acks = new Map<number, (answer: Watched) => void>();
  let transport: Transport | undefined;
  let usesPolling = false;
  let isUp = false;
  let isClosed = false;
  let isConnecting = false;
  let wasUp = false;
  let failures = 0;
  let fruitless = 0;
  let ackId = 0;
  let refused: string | undefined;
  let timer: ReturnType<typeof setTimeout>;
  let watchdog: ReturnType<typeof setTimeout>;

  const connect = async () => {
    if (isConnecting || transport) return;
    isConnecting = true;
    clearTimeout(timer);
    const current = await token(refused).catch(() => '');
    isConnecting = false;
    if (isClosed) return;
    if (!current) {
      retry();
      return;
    }
    refused = undefined;
    let silenceMs = patienceMs;
    let opened: Transport | undefined;

    const message = (text: string) => {
      const type = text[0];
      const [, id, body] = /^(\d*)(.*)$/s.exec(text.slice(1)) as unknown as [string, string, string];
      if (type === '0') {
        failures = fruitless = 0;
        isUp = wasUp = true;
        up();
      } else if (type === '2') {
        const [name, data] = JSON.parse(body);
        event(name, data);
      } else if (type === '3') {
        acks.get(+id)?.(JSON.parse(body)[0]);
        acks.delete(+id);
      } else {
        // The server refused the token or let go of the visitor.
        if (type === '4') refused = current;
        opened?.close();
      }
    };

    opened = (usesPolling ? openPolling : openWebSocket)({
      packet(text) {
        if (opened !== transport) return;
        const type = text[0];
        if (type === '0') {
          const { pingInterval, pingTimeout } = JSON.parse(text.slice(1));
          silenceMs = pingInterval + pingTimeout;
          opened?.send(`40${JSON.stringify({ token: current })}`);
        } else if (type === '2') opened?.send('3');
        else if (type === '4') message(text.slice(1));
        else if (type === '1') opened?.close();
        watch();
      },
      closed: () => opened === transport && closed(),
    });
    transport = opened;

    // A connection that died without a word is noticed by the pings that no longer come.
    const watch = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => {
        opened?.close();
        if (opened === transport) closed();
      }, silenceMs);
    };
    watch();
  };

  const closed = () => {
    transport = undefined;
    clearTimeout(watchdog);
    acks.clear();
    // Until one way has come up they take turns; then the other is every fourth only, since most of the time it is the
    // server that is away. A refusal says nothing about the way.
    if (isUp) down();
    else if (!refused && (!wasUp || fruitless++ % 4 > 1)) usesPolling = !usesPolling;
    isUp = false;
    retry();
  };

  const retry = () => {
    if (!isClosed) timer = setTimeout(connect, waitMs(failures++));
  };

  void connect();
  return {
    emit(name, data, ack) {
      if (!isUp) return;
      if (ack) acks.set(++ackId, ack);
      transport?.send(`42${ack ? ackId : ''}${JSON.stringify([name, data])}`);
    },
    retryNow: () => void connect(),
    close() {
      isClosed = true;
      clearTimeout(timer);
      transport?.close();
    },
  };
}
