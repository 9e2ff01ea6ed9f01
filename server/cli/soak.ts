import { parseArgs } from 'node:util';
import { isFlawless } from './e2e/delivery-report.ts';
import { runSoak } from './soak/run.ts';

const help = `Usage: npm run soak [-- --visitors N] [--seconds N] [--rate N] [--seed N]

Holds many connected visitors, one in five of them polling, and an agent, with a steady stream of messages both ways
through two built server processes behind a balancer on a Postgres of their own. A process is killed in the middle, and
Postgres restarted. Prints latencies, memory, and what was lost and doubled; exits with 1 unless nothing was, and
everybody is connected at the end.
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
  const { calm, whole, residentBytes } = outcome;
  const lines: [string, number][] = [
    ['connected at the end', outcome.connected],
    ['sent', outcome.sent],
    ['acknowledged', outcome.acknowledged],
    ['stored', outcome.stored],
    ['lost', outcome.lost],
    ['doubled', outcome.doubled],
    ['out of order', outcome.outOfOrder],
    ['shown live, without asking', outcome.live],
    ['p50 before the kill, ms', calm.p50Ms],
    ['p99 before the kill, ms', calm.p99Ms],
    ['p50 of the whole time, ms', whole.p50Ms],
    ['p99 of the whole time, ms', whole.p99Ms],
    ['resident at the start, MB', residentBytes.start / 1e6],
    ['resident at the end, MB', residentBytes.end / 1e6],
  ];
  process.stdout.write('\n');
  for (const [name, value] of lines) {
    process.stdout.write(`${name.padEnd(28)}${String(Math.round(value)).padStart(8)}\n`);
  }
  process.exitCode = isFlawless(outcome) && outcome.connected === visitors ? 0 : 1;
}
