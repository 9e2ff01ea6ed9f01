import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { type AppParts, createApp } from '../app.ts';
import type { Config, Secrets } from '../config.ts';
import type { Deps } from '../deps.ts';
import { createBus } from '../events/bus.ts';
import type { ProcessesState } from '../events/connect-processes.ts';
import { createMemorySessionStore } from '../http/session-store/memory-session-store.ts';
import { systemEnvironment } from '../lib/clock-and-ids.ts';
import { createOperator } from '../modules/operator/create-operator.ts';
import { createMeasures } from '../modules/system/measures.ts';
import { addProcessGauges } from '../modules/system/process-gauges.ts';
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
  /** Of the database that `deps.storage` is on. */
  pool?: Pool;
  replica?: AppParts['replica'];
}

/** The whole server in memory with its operator's page, on a port of its own. Close it afterwards. */
export async function createOperatorWorld(options: OperatorWorldOptions = {}) {
  const { config, secrets, deps: more, publicOrigin, pool, replica } = options;
  const measures = createMeasures();
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
    measures,
    log: pino({ level: 'silent' }),
    ...systemEnvironment,
    ...more,
  };
  const ownOrigin = () => `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const processes = (): ProcessesState => ({ by: 'nothing', connected: true, peers: 0 });
  const operator = createOperator({ deps, pool, processes, origin: () => (publicOrigin ?? ownOrigin)() });
  const app = createApp(deps, { operator, pool, replica });
  const { dataDir } = deps.config;
  addProcessGauges({ registry: measures.registry, processes, dataDir, storage: () => deps.storage });
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
