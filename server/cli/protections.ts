import { parseArgs } from 'node:util';
import type { Removal } from '../testing/protections/removal.ts';
import { removals } from '../testing/protections/removals.ts';
import { readSecurityTable } from '../testing/protections/security-table.ts';
import { createTrialTree, type TrialTree } from '../testing/protections/trial-tree.ts';

const help = `Usage: npm run protections [-- --only TEXT] [--jobs N]

Takes each protection of docs/security.md out of a copy of the sources, one at a time, and runs the test that its row
names: it passes before and must fail without the protection. Exits with 1 when one could go unnoticed.
  --only TEXT   those with this in their number, title or file
  --jobs N      how many at once (default 2)`;

const { values } = parseArgs({
  options: { help: { type: 'boolean' }, only: { type: 'string', default: '' }, jobs: { type: 'string', default: '2' } },
});
const print = (line = '') => process.stdout.write(`${line}\n`);

interface Trial {
  removal: Removal;
  testFile: string;
}

function trialsOf(only: string): Trial[] {
  const rows = readSecurityTable();
  return removals.flatMap((removal) => {
    const row = rows.find(({ requirements, title }) => requirements === removal.requirements && title === removal.test);
    if (!row) throw new Error(`No row says ${removal.requirements} with the test “${removal.test}”.`);
    const said = [removal.requirements, removal.test, removal.file, row.file].join(' ');
    return said.includes(only) ? [{ removal, testFile: row.file }] : [];
  });
}

/** Tries all protections of one test file: the tests as they are, then each without its protection. */
async function tryFile(tree: TrialTree, testFile: string, trials: Trial[], note: (line: string) => void) {
  const titles = [...new Set(trials.map(({ removal }) => removal.test))];
  const before = await tree.tryAsIs(testFile, titles);
  for (const { removal } of trials) {
    const { outcome, why } = before[titles.indexOf(removal.test)]!;
    const name = `${removal.requirements.padEnd(22)} ${removal.file}`;
    if (outcome !== 'passed') {
      note(`BROKEN     ${name}\n           with the protection “${removal.test}” does not pass: ${why}`);
      continue;
    }
    const without = await tree.tryWithout(removal, testFile);
    if (without.outcome === 'failed') note(`noticed    ${name}  ${why || without.why}`);
    else if (without.outcome === 'passed') note(`UNNOTICED  ${name}\n           by ${testFile}: ${removal.test}`);
    else note(`BROKEN     ${name}\n           the edit says nothing: ${without.why}`);
  }
}

async function main(): Promise<void> {
  const startedAt = performance.now();
  const trials = trialsOf(values.only);
  const names = [...new Set(trials.map(({ testFile }) => testFile))];
  const files = names
    .map((name): [string, Trial[]] => [name, trials.filter(({ testFile }) => testFile === name)])
    .sort(([, a], [, b]) => b.length - a.length);
  const counts = { noticed: 0, UNNOTICED: 0, BROKEN: 0 };
  const note = (line: string) => {
    counts[line.split(' ', 1)[0] as keyof typeof counts] += 1;
    print(line);
  };
  const work = Array.from({ length: Math.max(1, Number(values.jobs)) }, async () => {
    const tree = await createTrialTree();
    try {
      for (let next = files.shift(); next; next = files.shift()) await tryFile(tree, ...next, note);
    } finally {
      await tree.remove();
    }
  });
  await Promise.all(work);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  print(
    `\n${trials.length} protections taken out in ${seconds} s: ${counts.noticed} noticed, ${counts.UNNOTICED} unnoticed, ${counts.BROKEN} could not be tried`,
  );
  if (trials.length === 0 || counts.noticed < trials.length) process.exitCode = 1;
}

if (values.help) print(help);
else await main();
