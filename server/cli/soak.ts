import { parseArgs } from 'node:util';
import { isFlawless } from './e2e/delivery-report.ts';
import type { Calmness, Quantiles } from './soak/latencies.ts';
import { afterFaultMs, runSoak } from './soak/run.ts';

const help = `Usage: npm run soak [-- --visitors N] [--seconds N] [--rate N] [--seed N]

Holds many connected visitors, one in five of them polling, and an agent, with a steady stream of messages both ways
through two built server processes behind a balancer on a Postgres of their own. A process is killed in the middle, and
Postgres restarted. Prints latencies at rest and near these faults, memory, and what was lost and doubled; exits with 1
unless nothing was, and everybody is connected at the end.
  --visitors N   (default 2000)
  --seconds N    how long messages are offered (default 120)
  --rate N       messages a second, both sides together (default 50)
  --seed N       who says something when (default: a new one each time)`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    visitors: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '120' },
    rate: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
  },
});
const startedAt = performance.now();
const say = (line: string) => {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`${seconds} s  ${line}\n`);
};

if (values.help) {
  process.stdout.write(`${help}\n`);
} else {
  say(`Seed ${values.seed}`);
  const visitors = Number(values.visitors);
  const outcome = await runSoak({
    visitors,
    seconds: Number(values.seconds),
    perSecond: Number(values.rate),
    seed: Number(values.seed),
    say,
  });
  const { acknowledging, showingVisitors, showingPolling, showingAgent, residentBytes, connectedAgainMs } = outcome;
  const row = (name: string, ...values: (string | number)[]) =>
    process.stdout.write(`${name.padEnd(38)}${values.map((value) => String(value).padStart(12)).join('')}\n`);
  process.stdout.write('\n');
  row('connected at the end', outcome.connected);
  row('sent', outcome.sent);
  row('acknowledged', outcome.acknowledged);
  row('stored', outcome.stored);
  row('lost', outcome.lost);
  row('doubled', outcome.doubled);
  row('out of order', outcome.outOfOrder);
  row('shown live, without asking', outcome.live);
  row('resident at start and end, MB', ...[residentBytes.start, residentBytes.end].map((n) => Math.round(n / 1e6)));
  row('all connected after either fault, s', ...connectedAgainMs.map((ms) => (ms / 1_000).toFixed(1)));
  row('this process held up, p99, ms', Math.round(outcome.heldUpMs));
  process.stdout.write(`\nNear a fault: until ${afterFaultMs / 1_000} s after it, or until all are connected again.\n`);
  row('ms', 'p50', 'p99', 'max', 'messages');
  const cells = ({ p50Ms, p99Ms, maxMs, count }: Quantiles) => [...[p50Ms, p99Ms, maxMs].map(Math.round), count];
  const rows = (what: string, { atRest, nearFault }: Calmness) => {
    row(`${what}, at rest`, ...cells(atRest));
    row(`${what}, near a fault`, ...cells(nearFault));
  };
  rows('acknowledged', acknowledging);
  rows('then on the agent’s screen', showingAgent);
  rows('then on the visitor’s', showingVisitors);
  rows('of these, who poll', showingPolling);
  row('who poll, once it is back', ...cells(outcome.showingMissed));
  process.exitCode = isFlawless(outcome) && outcome.connected === visitors ? 0 : 1;
}
