import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { createApp } from '../app.ts';
import type { Config, Secrets } from '../config.ts';
import type { Deps } from '../deps.ts';
import { createBus } from '../events/bus.ts';
import { createMemorySessionStore } from '../http/session-store/memory-session-store.ts';
import { systemEnvironment } from '../lib/clock-and-ids.ts';
import { createOperator } from '../modules/operator/create-operator.ts';
import { createMeasures } from '../modules/system/measures.ts';
import { MemStorage } from '../storage/memory/mem-storage.ts';
import { createCountingPasswords } from './counting-passwords.ts';
import { createMemoryFileStore } from './memory-file-store.ts';
import { testConfig } from './route-world.ts';

export const operatorToken = 'the token of an operator in a test';

export interface OperatorWorldOptions {
  config?: Partial<Config>;
  secrets?: Partial<Secrets>;
  deps?: Partial<Deps>;
  /** Where people reach it; the server itself without it. */
  publicOrigin?: () => string;
}

/** The whole server in memory with its operator's page, on a port of its own. Close it afterwards. */
export async function createOperatorWorld({ config, secrets, deps: more, publicOrigin }: OperatorWorldOptions = {}) {
  const deps: Deps = {
    config: { ...testConfig, dataDir: '/tmp', jobs: true, ...config },
    secrets: {
      sessionSecrets: ['s'.repeat(32)],
      visitorTokenKeys: [Buffer.alloc(32, 1)],
      sealingKeys: [Buffer.alloc(32, 2), Buffer.alloc(32, 3)],
      metricsToken: undefined,
      operatorToken,
      ...secrets,
    },
    storage: new MemStorage(systemEnvironment),
    sessionStore: createMemorySessionStore(systemEnvironment.now),
    files: createMemoryFileStore(),
    passwords: createCountingPasswords(),
    bus: createBus((name, error) => {
      throw new Error(`A listener of ${name} failed.`, { cause: error });
    }),
    measures: createMeasures(),
    log: pino({ level: 'silent' }),
    ...systemEnvironment,
    ...more,
  };
  const ownOrigin = () => `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const operator = createOperator({
    deps,
    pool: undefined,
    processes: () => ({ by: 'nothing', connected: true, peers: 0 }),
    origin: () => (publicOrigin ?? ownOrigin)(),
  });
  const app = createApp(deps, { operator });
  app.server.listen(0, '127.0.0.1');
  await once(app.server, 'listening');
  return {
    deps,
    app,
    operator,
    origin: ownOrigin(),
    port: (app.server.address() as AddressInfo).port,
    async close(): Promise<void> {
      await app.stop(100);
      deps.sessionStore.close();
      await deps.storage.close();
    },
  };
}
