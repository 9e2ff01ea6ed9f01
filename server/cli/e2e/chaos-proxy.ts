import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pick, type Random } from './random.ts';

/**
 * A balancer on loopback that leads each connection to any of the ports behind it, those of one address other than
 * 127.0.0.1 always to the same, and a bad network at once.
 */
export interface ChaosProxy {
  port: number;
  /** Breaks about this share of the connections, in the middle of whatever they carry. Answers how many. */
  cut(share: number): number;
  /** While refused, new connections break at once. */
  refuse(refused: boolean): void;
  /** All connections that have been led through so far. */
  readonly connections: number;
  close(): Promise<void>;
}

export async function startChaosProxy(targets: readonly number[], random: Random): Promise<ChaosProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isRefusing = false;
  let connections = 0;
  const server = createServer((from) => {
    from.on('error', () => {});
    if (isRefusing) {
      from.destroy();
      return;
    }
    connections += 1;
    const last = Number(from.remoteAddress?.split('.').at(-1) ?? 1);
    const port = last > 1 ? (targets[last % targets.length] as number) : pick(random, targets);
    const to = connect({ host: '127.0.0.1', port, noDelay: true });
    from.setNoDelay(true);
    to.on('error', () => {});
    const pair = [from, to] as const;
    pairs.add(pair);
    from.pipe(to);
    to.pipe(from);
    for (const socket of pair) {
      socket.on('close', () => {
        pairs.delete(pair);
        for (const each of pair) each.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakOff = (pair: readonly [Socket, Socket]) => {
    for (const socket of pair) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut(share) {
      const chosen = [...pairs].filter(() => random() < share);
      for (const pair of chosen) breakOff(pair);
      return chosen.length;
    },
    refuse(refused) {
      isRefusing = refused;
    },
    get connections() {
      return connections;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const pair of pairs) breakOff(pair);
      await closed;
    },
  };
}
