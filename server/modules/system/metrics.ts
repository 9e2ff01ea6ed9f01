import type { Pool } from 'pg';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Bus } from '../../events/bus.ts';
import type { ReplicaNumbers } from '../../storage/database/replica.ts';
import type { DeliveryQueueRepository } from '../../storage/repositories/delivery-queue.ts';
import type { QueueRepository } from '../../storage/repositories/queue.ts';
import { addJobGauges } from './job-gauges.ts';
import { createMeasures, type Measures } from './measures.ts';

/** Numbers for Prometheus. Labels are route patterns and roles, never ids. */
export interface Metrics {
  /** Notes an answered request. `route` is the pattern, as in `/conversations/:id`. */
  observe(route: string, method: string, status: number, seconds: number): void;
  /** Notes a request that was refused because of a limit. */
  limited(limit: string): void;
  /** The text that `/metrics` answers. */
  text(): Promise<string>;
  contentType: string;
}

interface Sources {
  bus: Bus;
  queue: Pick<QueueRepository, 'waiting' | 'troubles'>;
  deliveryQueue: Pick<DeliveryQueueRepository, 'waiting'>;
  /** What other parts of the process count; undefined: nothing. */
  measures?: Measures | undefined;
  pool?: Pool | undefined;
  replica?: (() => ReplicaNumbers | undefined) | undefined;
  /** Open connections, by how they come. */
  sockets(): { websocket: number; polling: number };
}

export function createMetrics(sources: Sources): Metrics {
  const { registry } = sources.measures ?? createMeasures();
  const registers = [registry];

  const requests = new Counter({
    name: 'confab_http_requests_total',
    help: 'Answered requests by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'confab_http_request_duration_seconds',
    help: 'Time from the whole request received to its answer, by route.',
    labelNames: ['route', 'method'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const limited = new Counter({
    name: 'confab_requests_limited_total',
    help: 'Requests refused with 429 because of a limit, by limit.',
    labelNames: ['limit'],
    registers,
  });
  const messages = new Counter({
    name: 'confab_messages_stored_total',
    help: 'Messages stored by this process, by role.',
    labelNames: ['role'],
    registers,
  });
  new Gauge({
    name: 'confab_sockets_connected',
    help: 'Open Socket.IO connections of this process, by how they come.',
    labelNames: ['transport'],
    registers,
    collect() {
      const { websocket, polling } = sources.sockets();
      this.set({ transport: 'websocket' }, websocket);
      this.set({ transport: 'polling' }, polling);
    },
  });
  addJobGauges(sources, registry);
  const { pool } = sources;
  if (pool) {
    new Gauge({
      name: 'confab_database_connections',
      help: 'Connections of the main pool, by state; waiting are callers without one.',
      labelNames: ['state'],
      registers,
      collect() {
        this.set({ state: 'idle' }, pool.idleCount);
        this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
        this.set({ state: 'waiting' }, pool.waitingCount);
      },
    });
  }
  if (sources.replica) countReplica(sources.replica, registers);
  sources.bus.subscribe('message.created', ({ message }, origin) => {
    // Each process counts its own, so that a sum over all of them counts every message once.
    if (origin === 'local') messages.inc({ role: message.role });
  });

  const byRoute = new Map<
    string,
    { histogram: Histogram.Internal<'route' | 'method'>; counters: Map<number, Counter.Internal> }
  >();
  return {
    observe(route, method, status, duration) {
      const key = `${method} ${route}`;
      let found = byRoute.get(key);
      if (!found) {
        found = { histogram: seconds.labels({ route, method }), counters: new Map() };
        byRoute.set(key, found);
      }
      let counter = found.counters.get(status);
      if (!counter) {
        counter = requests.labels({ route, method, status: String(status) });
        found.counters.set(status, counter);
      }
      found.histogram.observe(duration);
      counter.inc();
    },
    limited: (limit) => limited.inc({ limit }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function countReplica(numbers: () => ReplicaNumbers | undefined, registers: Registry[]): void {
  new Gauge({
    name: 'confab_replica_up',
    help: '1 while the replica answers reads; 0 while it is behind or away and the primary answers them.',
    registers,
    collect() {
      this.set(numbers()?.state === 'up' ? 1 : 0);
    },
  });
  new Counter({
    name: 'confab_replica_reads_total',
    help: 'Reads that a replica may answer, by who answered them.',
    labelNames: ['by'],
    registers,
    collect() {
      const { readsOnReplica = 0, readsOnPrimary = 0 } = numbers() ?? {};
      this.reset();
      this.inc({ by: 'replica' }, readsOnReplica);
      this.inc({ by: 'primary' }, readsOnPrimary);
    },
  });
}
