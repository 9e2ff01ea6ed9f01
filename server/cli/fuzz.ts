import { parseArgs } from 'node:util';
import { runFuzz } from './fuzz/run.ts';

const help = `Usage: npm run fuzz [-- --requests N] [--seed N] [--storage postgres,memory]

Calls every endpoint of the OpenAPI document, and every event of the live side, with generated and naughty input: as
strangers, in the wrong role, as another client, with expired and forged credentials. On a built server with a Postgres
of its own, then in memory. Exits with 1 when anything fails (5xx), hangs, grows, answers an error that is no problem
document, takes what it must refuse, or tells one client of another.
  --requests N      HTTP requests on each storage (default 100000 on Postgres, a fifth of it in memory)
  --seed N          which requests (default: a new one each time)
  --storage LIST    postgres, memory or both (default postgres,memory)
  --connections N   requests under way at once (default 24)
  --deadline N      seconds that an answer may take (default 20)`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    storage: { type: 'string', default: 'postgres,memory' },
    connections: { type: 'string', default: '24' },
    deadline: { type: 'string', default: '20' },
  },
});
const startedAt = performance.now();
const print = (line = '') => process.stdout.write(`${line}\n`);
const say = (line: string) => print(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}`);
const mb = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

if (values.help) {
  print(help);
} else {
  for (const storage of values.storage.split(',')) {
    if (storage !== 'postgres' && storage !== 'memory') throw new Error(`No storage is called ${storage}.`);
    const requests = Math.ceil(Number(values.requests) / (storage === 'memory' ? 5 : 1));
    const { findings, ...outcome } = await runFuzz({
      storage,
      requests,
      seed: Number(values.seed),
      connections: Number(values.connections),
      deadlineMs: Number(values.deadline) * 1_000,
      say,
    });
    print();
    print(
      `${outcome.requests} requests and ${outcome.events} events to ${outcome.operations} operations on ${storage}`,
    );
    const statuses = Object.entries(outcome.statuses).map(([status, count]) => `${status}: ${count}`);
    print(`answers       ${statuses.join('  ')}`);
    print(`heap held     ${mb(outcome.heap.early)} after a third, ${mb(outcome.heap.late)} at the end`);
    print(`resident      ${mb(outcome.resident.early)} after a third, ${mb(outcome.resident.late)} at the end`);
    print(`findings      ${findings.counts.size}`);
    for (const { what, repeat } of findings.all) {
      print(`\n- ${what}  (${findings.counts.get(what.split(': ', 1)[0] as string) ?? 1} times)`);
      if (repeat !== '') print(`  ${repeat}`);
    }
    if (findings.counts.size > 0) process.exitCode = 1;
  }
}
