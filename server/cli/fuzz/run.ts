import { projectPath } from '../../lib/paths.ts';
import { startBuiltServer } from '../../testing/built-server.ts';
import { residentBytes } from '../bench/processes.ts';
import { createRandom, pick } from '../e2e/random.ts';
import { draw } from './draw.ts';
import { Findings, judge } from './findings.ts';
import { brokenRequests } from './naughty.ts';
import { readOperations } from './operations.ts';
import { startScratchPostgres } from './scratch-postgres.ts';
import { fuzzSockets } from './sockets.ts';
import { plantTenant, type Tenant } from './tenants.ts';
import { createWire, HangError } from './wire.ts';

export interface FuzzOptions {
  storage: 'postgres' | 'memory';
  /** HTTP requests; a tenth as many events over sockets come on top. */
  requests: number;
  /** Requests under way at once. */
  connections: number;
  /** Decides every request; ids, marks and timing still differ from run to run. */
  seed: number;
  /** Longer than this nobody waits for an answer. */
  deadlineMs: number;
  say(line: string): void;
}

export interface FuzzOutcome {
  requests: number;
  events: number;
  /** Operations of the document, all of which were called. */
  operations: number;
  statuses: Record<string, number>;
  /** Bytes the process holds after collecting garbage: when a third is done, and at the end. */
  heap: { early: number; late: number };
  resident: { early: number; late: number };
  findings: Findings;
}

/** After so many requests the calling client is planted anew: what it could call it may have given away or thrown out. */
const plantedForRequests = 1_500;
/** What caches, and code that was compiled late, may add. */
const heapGrowthMax = 1.3;
const heapAllowanceBytes = 24_000_000;

/** Path parameters of which nothing is there to be found: these come of jobs, which are off here. */
const unplanted = ['callId', 'chunkId'];

export async function runFuzz(options: FuzzOptions): Promise<FuzzOutcome> {
  const { say, seed } = options;
  const findings = new Findings();
  const postgres = options.storage === 'postgres' ? await startScratchPostgres() : undefined;
  try {
    const server = await startBuiltServer({
      environment: {
        ...(postgres ? { DATABASE_URL: postgres.url } : {}),
        DEMO: 'off',
        // Documents and answers have tests of their own; here they would reach for whatever address was made up.
        JOBS: 'off',
        RATE_LIMITS: 'off',
        NODE_OPTIONS: `--require=${projectPath('server', 'cli', 'bench', 'gc-on-signal.cjs')}`,
      },
    });
    const wire = createWire(server.port, options);
    try {
      const document: unknown = await (await fetch(`${server.origin}/openapi.json`)).json();
      const operations = readOperations(document);
      const victim = await plantTenant(server.origin);
      const before = await victim.read();
      const plantAttacker = () => plantTenant(server.origin, victim.publicKey);
      let attacker = await plantAttacker();
      say(`${operations.length} operations on ${options.storage}, two clients, seed ${seed}`);
      for (const name of new Set(operations.flatMap(({ pathParameters }) => pathParameters))) {
        if (victim.ids[name] === undefined && !unplanted.includes(name)) {
          findings.add(`nothing is planted for {${name}}`, 'see tenants.ts', () => '');
        }
      }

      const statuses: Record<string, number> = {};
      let events = 0;
      const forSockets = await plantAttacker();
      const sockets = fuzzSockets({
        origin: server.origin,
        attacker: forSockets,
        victim,
        count: Math.ceil(options.requests / 10),
        random: createRandom(seed + 1),
        deadlineMs: options.deadlineMs,
        findings,
        sent: () => {
          events += 1;
        },
      });

      let next = 0;
      let planting: Promise<void> | undefined;
      let plantedAt = 0;
      /** One at a time, however many find that it is due. */
      const plantAnew = (): Promise<void> => {
        planting ??= plantAttacker().then((tenant) => {
          attacker = tenant;
          plantedAt = next;
          planting = undefined;
        });
        return planting;
      };
      const one = async (n: number, from: Tenant): Promise<boolean> => {
        const random = createRandom(seed + n * 7_919);
        if (random() < 0.005) {
          const bytes = pick(random, brokenRequests);
          const answer = await wire.sendBytes(bytes);
          if (/^HTTP\/1.1 5/.test(answer))
            findings.add('broken bytes', answer.slice(0, 200), () => JSON.stringify(bytes));
          return false;
        }
        // By turns, so that each is called as often as the others.
        const operation = operations[n % operations.length]!;
        const drawn = draw({ operation, attacker: from, victim, random, seed: seed + n });
        try {
          const answer = await wire.send(drawn);
          statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
          for (const [kind, detail] of judge(drawn, answer, [victim.mark])) {
            findings.add(kind, detail, () => findings.curl(drawn));
          }
          return answer.status === 401 && drawn.rightful && operation.credential !== 'none';
        } catch (error) {
          const isLarge = (drawn.body?.length ?? 0) > 60_000;
          const kind = error instanceof HangError ? 'hangs' : 'breaks the connection';
          if (error instanceof HangError || !isLarge) {
            findings.add(`${drawn.operation} ${kind}`, (error as Error).message, () => findings.curl(drawn));
          }
          return false;
        }
      };
      let early: { heap: number; resident: number } | undefined;
      const work = async () => {
        for (let n = next++; n < options.requests; n = next++) {
          if (n - plantedAt >= plantedForRequests) await plantAnew();
          const isWorn = await one(n, attacker);
          // An override of the credential is refused just so; hence not at once again.
          if (isWorn && next - plantedAt > 150) await plantAnew();
          if (n === Math.floor(options.requests / 3)) early = await memoryOf(server);
          if (n > 0 && n % Math.ceil(options.requests / 10) === 0) {
            say(`${n} requests, ${events} events, ${findings.counts.size} kinds of findings`);
          }
        }
      };
      await Promise.all([sockets, ...Array.from({ length: options.connections }, work)]);

      const late = await memoryOf(server);
      early ??= late;
      // What is stored in memory is meant to stay there.
      if (postgres && late.heap > early.heap * heapGrowthMax + heapAllowanceBytes) {
        findings.add('memory grows', `${mb(early.heap)} to ${mb(late.heap)} of heap`, () => '');
      }
      if (JSON.stringify(unchanging(await victim.read())) !== JSON.stringify(unchanging(before))) {
        findings.add('another client was changed', 'its own reads differ from before', () => '');
      }
      const ready = await fetch(`${server.origin}/readyz`, { signal: AbortSignal.timeout(options.deadlineMs) });
      if (!ready.ok) findings.add('not ready afterwards', String(ready.status), () => 'curl "$ORIGIN/readyz"');
      for (const line of server.output().split('\n')) {
        const event = /"event":"([\w.-]+)"/.exec(line)?.[1];
        if (line.includes('"level":"error"')) findings.add(`logs ${event}`, line.slice(0, 500), () => '');
      }
      return {
        requests: options.requests,
        events,
        operations: operations.length,
        statuses,
        heap: { early: early.heap, late: late.heap },
        resident: { early: early.resident, late: late.resident },
        findings,
      };
    } finally {
      wire.close();
      await server.stop();
    }
  } finally {
    await postgres?.stop();
  }
}

/** What is held once garbage is collected; the least of some looks, since requests go on meanwhile. */
async function memoryOf({ pid, origin }: { pid: number; origin: string }): Promise<{ heap: number; resident: number }> {
  let heap = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 8; look++) {
    process.kill(pid, 'SIGUSR2');
    const metrics = await (await fetch(`${origin}/metrics`)).text();
    heap = Math.min(heap, Number(/^nodejs_heap_size_used_bytes (\d+)/m.exec(metrics)?.[1]));
  }
  return { heap, resident: residentBytes(pid) };
}

/** Without what changes because it is used. */
function unchanging(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (name, member) =>
    /^(lastUsedAt|ticket|url|status)$/.test(name) ? undefined : member,
  );
}

const mb = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
