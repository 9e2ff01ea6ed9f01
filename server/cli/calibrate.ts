import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { projectPath } from '../lib/paths.ts';
import { confidenceModel } from '../retrieval/confidence.ts';
import { confidenceFeatureNames } from '../retrieval/confidence-features.ts';
import { readRetrievalSet } from './bench/retrieval-set.ts';
import { type Fitted, fitModel, logitOf, shiftToThreshold } from './calibrate-fit.ts';
import { type Example, type World, worldsOf } from './calibrate-worlds.ts';

const help = `Usage: npm run calibrate [-- DIR…] [--kept SHARE]

Fits how sure the search is that it has found an answer, on several sets together, and tells how many questions are kept
and refused. Each DIR is a set as for bench:retrieval, also with unanswerable.jsonl. Questions of one set asked of
another are what must be refused; so are those on the half of a set that has been left out. Without DIR: the set that
comes with Confab, which is too small to fit by; the model in use is measured then.
  --kept SHARE  of the questions that can be answered (default 0.95)
  --measure     do not fit: tell what the model in use does`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean' },
    measure: { type: 'boolean' },
    kept: { type: 'string', default: '0.95' },
  },
});

function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

const share = (examples: readonly Example[], isCounted: (example: Example) => boolean) =>
  examples.length === 0 ? '–' : (examples.filter(isCounted).length / examples.length).toFixed(3);

function report(world: World, model: Fitted, elsewhere: Fitted | undefined): void {
  const { answerable, offTopic, nearTopic } = world;
  const keptAt = (one: Fitted, threshold: number) => (example: Example) => logitOf(one, example) >= threshold;
  const refusedAt = (one: Fitted, threshold: number) => (example: Example) => logitOf(one, example) < threshold;
  const own = quantile(
    answerable.map((example) => logitOf(model, example)),
    1 - Number(values.kept),
  );
  const cells = [
    world.name,
    String(answerable.length),
    String(offTopic.length),
    share(answerable, keptAt(model, 0)),
    share(offTopic, refusedAt(model, 0)),
    share(nearTopic, refusedAt(model, 0)),
    share(offTopic, refusedAt(model, own)),
    share(nearTopic, refusedAt(model, own)),
    ...(elsewhere ? [share(answerable, keptAt(elsewhere, 0)), share(offTopic, refusedAt(elsewhere, 0))] : []),
  ];
  say(`| ${cells.join(' | ')} |`);
}

function quantile(values: number[], at: number): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length * at)] ?? 0;
}

/** The model that answers visitors. */
function inUse(): Fitted {
  return { weights: confidenceFeatureNames.map((name) => confidenceModel.weights[name]), bias: confidenceModel.bias };
}

function main(): void {
  if (values.help) {
    say(help);
    return;
  }
  const own = projectPath('server', 'cli', 'bench', 'sets', 'help-pages');
  const folders = positionals.length > 0 ? positionals : [own];
  const sets = folders.map((folder) => ({ name: basename(resolve(folder)), set: readRetrievalSet(resolve(folder)) }));
  const worlds = worldsOf(sets);
  const kept = Number(values.kept);
  const calibrated = (some: World[]) => shiftToThreshold(fitModel(some), some, kept);
  const measured = values.measure || positionals.length === 0;
  const model = measured ? undefined : calibrated(worlds);
  const columns = [
    'answerable',
    'off topic',
    'kept',
    'refused',
    'near topic refused',
    'refused (own threshold)',
    'near',
  ];
  const all = ['corpus', ...columns, ...(model ? ['kept (fitted elsewhere)', 'refused (fitted elsewhere)'] : [])];
  say(`| ${all.join(' | ')} |`);
  say(`| ${all.map(() => '---').join(' | ')} |`);
  for (const world of worlds) {
    const elsewhere = model && worlds.filter(({ set }) => set !== world.set);
    report(world, model ?? inUse(), elsewhere && elsewhere.length > 0 ? calibrated(elsewhere) : undefined);
  }
  if (!model) return;
  say('\nFor server/retrieval/confidence.ts:');
  for (const [at, name] of confidenceFeatureNames.entries())
    say(`    ${name}: ${Number(model.weights[at]!.toFixed(2))},`);
  say(`  bias: ${Number(model.bias.toFixed(2))},`);
}

main();
