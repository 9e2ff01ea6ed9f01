import { WebSocket } from 'ws';

/**
 * A Socket.IO connection without the library, so that the load costs as little as it can: text frames with the packet
 * type in front (`0` open, `2` and `3` ping and pong, `40` connected, `42` event, `43` acknowledgement).
 */
export class RawSocket {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (answer: string) => void>();
  #nextId = 1;
  /** Told of every event, as text: `["name",{…}]`. */
  onEvent: (text: string) => void = () => {};
  /** Told of acknowledgements nobody waits for by `ask`. */
  onAnswer: (text: string) => void = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Resolves when the server has let it in. */
  static async open(port: number, auth: object): Promise<RawSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, {
      perMessageDeflate: false,
    });
    const raw = new RawSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('The server closed a socket.')));
      socket.on('message', (data) => {
        const text = String(data);
        if (text === '2') socket.send('3');
        else if (text.startsWith('42')) raw.onEvent(text.slice(2));
        else if (text.startsWith('43')) raw.#answered(text);
        else if (text.startsWith('40')) resolve();
        else if (text.startsWith('44')) reject(new Error(`A socket was refused: ${text}`));
        else if (text.startsWith('0')) socket.send(`40${JSON.stringify(auth)}`);
      });
    });
    return raw;
  }

  /** @throws Error when the server refuses */
  async ask(name: string, request: object): Promise<void> {
    const answer = await new Promise<string>((resolve) => {
      this.#answers.set(this.send(name, request), resolve);
    });
    if (!answer.includes('"ok":true')) throw new Error(`${name} was refused: ${answer}`);
  }

  /** Asks for an acknowledgement, without waiting for it. */
  send(name: string, request: object): number {
    const id = this.#nextId++;
    this.#socket.send(`42${id}${JSON.stringify([name, request])}`);
    return id;
  }

  close(): void {
    this.#socket.terminate();
  }

  #answered(text: string): void {
    const [, id] = /^43(\d+)/.exec(text) ?? [];
    const resolve = this.#answers.get(Number(id));
    this.#answers.delete(Number(id));
    if (resolve) resolve(text);
    else this.onAnswer(text);
  }
}
