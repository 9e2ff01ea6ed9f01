import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadEmbeddings } from '../../config.ts';
import { systemEnvironment } from '../../lib/clock-and-ids.ts';
import { createEmbedder, type Embedder } from '../../lib/embeddings.ts';
import { projectPath } from '../../lib/paths.ts';
import { searchPassages } from '../../modules/knowledge/search-passages.ts';
import { makeHaystack, plantHaystack } from './retrieval-haystack.ts';
import { percentile, type Quality, qualityOf, type RetrievalSet, readRetrievalSet, SetError } from './retrieval-set.ts';
import { type BenchStorage, openBenchDatabase, openBenchMemory, plantSet } from './retrieval-storages.ts';

const help = `Usage: npm run bench:retrieval [-- DIR…] [--only memory,database]

Measures how well and how fast passages are found, on both storages, through the code that answers visitors. Postgres is
started for it. Each DIR has corpus.jsonl ({id, title, text}), queries.jsonl ({id, text}) and qrels.tsv (a header;
question, passage, grade). Without DIR: the set that comes with Confab.
  --only NAMES  memory, database or both (the default)
  --queries N   ask no more than N of the questions of a set, evenly chosen
  --embeddings URL  find by meanings, too, with the model behind this OpenAI-compatible endpoint, as EMBEDDINGS_MODEL,
                EMBEDDINGS_API_KEY, EMBEDDINGS_DIMENSIONS and EMBEDDINGS_FLOOR say (see .env.example)
  --haystack N  in Postgres, put N generated passages of the same words beside those of each set`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean' },
    only: { type: 'string', default: 'memory,database' },
    queries: { type: 'string', default: '1000000' },
    embeddings: { type: 'string' },
    haystack: { type: 'string', default: '0' },
  },
});

function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

function row(...cells: (string | number)[]): void {
  say(`| ${cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(4) : cell)).join(' | ')} |`);
}

async function measure(set: RetrievalSet, name: string, bench: BenchStorage, embedder?: Embedder): Promise<void> {
  const beforeIndexing = performance.now();
  const { client, names } = await plantSet(bench.storage, set, embedder);
  const search = (text: string) => searchPassages(client, { text, limit: 10 }, embedder);
  const hay = bench.url === undefined ? 0 : Number(values.haystack);
  if (hay > 0) {
    const text = makeHaystack(
      set.corpus.map((passage) => `${passage.title} ${passage.text}`),
      1,
    );
    await plantHaystack(bench.url!, { clientId: client.clientId, count: hay, newId: systemEnvironment.newId, text });
  }
  const step = Math.max(1, set.queries.length / Number(values.queries));
  const asked = set.queries.filter(({ id }) => set.grades.has(id)).filter((_, at) => at % step < 1);
  // Memory makes its index at the first question, and Postgres reads what it then has at hand.
  for (const { text } of asked.slice(0, hay > 0 ? 100 : 1)) await search(text);
  const indexingMs = performance.now() - beforeIndexing;
  const qualities: Quality[] = [];
  const tookMs: number[] = [];
  let byWordsOnly = 0;
  for (const { id, text } of asked) {
    const before = performance.now();
    const { hits, wordsOnly } = await search(text);
    if (wordsOnly) byWordsOnly += 1;
    tookMs.push(performance.now() - before);
    const quality = qualityOf(
      hits.map(({ chunk }) => names.get(chunk.id)!),
      set.grades.get(id)!,
    );
    if (quality) qualities.push(quality);
  }
  const mean = (of: (quality: Quality) => number) =>
    qualities.reduce((sum, quality) => sum + of(quality), 0) / Math.max(1, qualities.length);
  row(
    name,
    bench.name,
    String(set.corpus.length + hay),
    String(qualities.length),
    mean(({ ndcg }) => ndcg),
    mean(({ recall }) => recall),
    mean(({ reciprocalRank }) => reciprocalRank),
    `${(indexingMs / 1_000).toFixed(1)} s`,
    `${percentile(tookMs, 0.5).toFixed(1)} ms`,
    `${percentile(tookMs, 0.99).toFixed(1)} ms`,
  );
  if (byWordsOnly > 0) say(`${name}, ${bench.name}: ${byWordsOnly} questions were searched by words only.`);
}

/** The model that is named by where it is, and by the settings that visitors' questions go by. */
function createBenchEmbedder(baseUrl: string): Embedder {
  const given = { EMBEDDINGS_MODEL: 'default', ...process.env, EMBEDDINGS_BASE_URL: baseUrl };
  return createEmbedder(loadEmbeddings(given)!);
}

async function main(): Promise<void> {
  if (values.help) return say(help);
  const folders = positionals.length > 0 ? positionals : [projectPath('server', 'cli', 'bench', 'sets', 'help-pages')];
  const sets = folders.map((folder) => ({ name: basename(resolve(folder)), set: readRetrievalSet(resolve(folder)) }));
  const wanted = new Set(values.only.split(','));
  const embedder = values.embeddings === undefined ? undefined : createBenchEmbedder(values.embeddings);
  const storages: BenchStorage[] = [];
  try {
    if (wanted.has('memory')) storages.push(openBenchMemory());
    if (wanted.has('database')) storages.push(await openBenchDatabase());
    row('set', 'storage', 'passages', 'questions', 'nDCG@10', 'Recall@10', 'MRR@10', 'indexing', 'p50', 'p99');
    row('---', '---', '---', '---', '---', '---', '---', '---', '---', '---');
    for (const { name, set } of sets) for (const storage of storages) await measure(set, name, storage, embedder);
  } finally {
    for (const { stop } of storages) await stop();
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SetError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
