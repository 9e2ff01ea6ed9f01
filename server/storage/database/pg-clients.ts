import { connect as connectSocket } from 'node:net';
import pg from 'pg';

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
const PROBE_MS = 4000;

/** What the driver's client has and its types do not. */
interface Inside {
  ssl: boolean;
  connection: { ssl: boolean; stream: { destroy: () => void } };
}

type ConnectCallback = ((error: Error) => void) & ((error: null, client: pg.ClientBase) => void);

/** A client that leaves nothing behind when it cannot sign in; the driver's own keeps its socket open for the server. */
export class TidyClient extends pg.Client {
  override connect(): Promise<pg.Client>;
  override connect(callback: ((error: Error) => void) | ((error: null, client: pg.ClientBase) => void)): void;
  override connect(callback?: unknown): Promise<pg.Client> | undefined {
    const connected = this.reach().catch((error: unknown) => {
      (this as unknown as Inside).connection.stream.destroy();
      throw error;
    });
    if (callback === undefined) return connected;
    const answer = callback as ConnectCallback;
    connected.then(
      (client) => answer(null, client),
      (error: Error) => answer(error),
    );
    return undefined;
  }

  protected reach(): Promise<pg.Client> {
    return super.connect();
  }
}

/**
 * A client for `sslmode=prefer`: encrypted where the server offers TLS, plain where it does not. The driver knows only
 * with and without, so each connection asks first.
 */
export class PreferTlsClient extends TidyClient {
  protected override async reach(): Promise<pg.Client> {
    if (!(await offersTls(this.host, this.port))) {
      const inside = this as unknown as Inside;
      inside.ssl = false;
      inside.connection.ssl = false;
    }
    return super.reach();
  }
}

/** Asks the server; one that cannot be reached is left for the driver to report. */
function offersTls(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket({ host, port });
    const answer = (offered: boolean) => {
      socket.destroy();
      resolve(offered);
    };
    socket.setTimeout(PROBE_MS, () => answer(false));
    socket.once('connect', () => socket.write(SSL_REQUEST));
    socket.once('data', (data) => answer(data[0] === 0x53));
    socket.once('error', () => answer(false));
    socket.once('close', () => answer(false));
  });
}
