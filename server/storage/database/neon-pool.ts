import { Client, Pool } from '@neondatabase/serverless';
import type pg from 'pg';
import { WebSocket } from 'ws';

/**
 * A pool that reaches Postgres through a WebSocket, with Neon's driver.
 * @param wsProxy `host:port` of a plain WebSocket proxy to use in place of Neon's own endpoint
 */
export function createNeonPool(config: pg.PoolConfig, wsProxy: string | undefined): pg.Pool {
  class NeonClient extends Client {
    constructor(clientConfig?: ConstructorParameters<typeof Client>[0]) {
      super(clientConfig);
      this.neonConfig.webSocketConstructor = WebSocket;
      if (wsProxy === undefined) return;
      this.neonConfig.wsProxy = (host: string, port: number | string) => `${wsProxy}/v2?address=${host}:${port}`;
      this.neonConfig.useSecureWebSocket = false;
      // Only Neon's endpoint lets a client send its password unasked, and speaks TLS inside the tunnel.
      this.neonConfig.pipelineConnect = false;
      this.neonConfig.pipelineTLS = false;
    }
  }
  const pool = new Pool(config as ConstructorParameters<typeof Pool>[0]);
  pool.Client = NeonClient;
  return pool as unknown as pg.Pool;
}
