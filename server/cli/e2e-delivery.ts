import { parseArgs } from 'node:util';
import { runDelivery } from './e2e/delivery.ts';
import { isFlawless } from './e2e/delivery-report.ts';

const help = `Usage: npm run e2e:delivery [-- --messages N] [--seed N]

Lets visitors and an agent talk through two built server processes on a Postgres of their own, behind a network that
breaks connections at random; kills one process, restarts Postgres, repeats requests. Then compares what was said with
what is stored and with what each side was shown. Exits with 1 unless nothing was lost, doubled or out of order.
  --messages N   messages of each side (default 1000)
  --seed N       what breaks when (default: a new one each time)`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    messages: { type: 'string', default: '1000' },
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
  const outcome = await runDelivery({ messages: Number(values.messages), seed: Number(values.seed), say });
  const lines: [string, number][] = [
    ['sent', outcome.sent],
    ['acknowledged', outcome.acknowledged],
    ['stored', outcome.stored],
    ['shown to the visitor', outcome.shownToVisitor],
    ['shown to the agent', outcome.shownToAgent],
    ['lost', outcome.lost],
    ['doubled', outcome.doubled],
    ['out of order', outcome.outOfOrder],
    ['requests, repeats included', outcome.requests],
    ['connections cut', outcome.cuts],
    ['shown live, without asking', outcome.live],
  ];
  process.stdout.write('\n');
  for (const [name, count] of lines) process.stdout.write(`${name.padEnd(28)}${String(count).padStart(8)}\n`);
  process.exitCode = isFlawless(outcome) ? 0 : 1;
}
