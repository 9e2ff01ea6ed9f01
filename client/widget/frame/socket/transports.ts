/** A connection that carries Engine.IO packets, each a text that begins with its type. */
export interface Transport {
  send(packet: string): void;
  close(): void;
}

export interface TransportOptions {
  packet(packet: string): void;
  /** Ended, by whichever side; called once. */
  closed(): void;
}

const query = 'socket.io/?EIO=4&transport=';

export function openWebSocket({ packet, closed }: TransportOptions): Transport {
  const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/${query}websocket`);
  socket.onmessage = ({ data }) => packet(data);
  socket.onclose = closed;
  return {
    send: (text) => socket.readyState === 1 && socket.send(text),
    close: () => socket.close(),
  };
}

/** What goes between the packets of one body. */
const separator = '\x1e';

/** For networks that let no WebSocket through: one request waits for news, another carries what goes up. */
export function openPolling({ packet, closed }: TransportOptions): Transport {
  const end = new AbortController();
  const waiting: string[] = [];
  let url = `${location.origin}/${query}polling`;
  let isSending = false;

  const request = async (body?: string) => {
    const answer = await fetch(url, {
      method: body ? 'POST' : 'GET',
      body: body ?? null,
      credentials: 'omit',
      signal: end.signal,
    });
    if (!answer.ok) throw answer;
    return answer.text();
  };
  const close = () => {
    if (end.signal.aborted) return;
    end.abort();
    closed();
  };
  const receive = async () => {
    try {
      while (!end.signal.aborted) {
        for (const text of (await request()).split(separator)) {
          if (text[0] === '0') url += `&sid=${JSON.parse(text.slice(1)).sid}`;
          packet(text);
        }
      }
    } catch {
      close();
    }
  };
  const flush = async () => {
    if (isSending) return;
    isSending = true;
    try {
      while (waiting.length) await request(waiting.splice(0).join(separator));
      isSending = false;
    } catch {
      close();
    }
  };

  void receive();
  return {
    send(text) {
      waiting.push(text);
      void flush();
    },
    close,
  };
}
