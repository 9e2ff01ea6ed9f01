import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { ClientStorage } from '../../storage/storage.ts';
import { makeHaystack, randomFrom } from './retrieval-haystack.ts';
import { openBenchDatabase, openBenchMemory } from './retrieval-storages.ts';

/** As ingestion stages them. */
const stagedTogether = 500;
/** As many different words as a book of a million words has. */
const vocabulary = 30_000;
const words =
  'the lamp is bright and of a boat with sails that nobody has seen near this harbour since the storm'.split(' ');

/**
 * Puts a very large document in the place of itself, and prints how long its last transaction takes, what the event loop
 * waited meanwhile, and how long a search by somebody else took.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      passages: { type: 'string', default: '9300' },
      only: { type: 'string' },
      repeat: { type: 'string', default: '3' },
    },
  });
  const count = Number(values.passages);
  for (const open of [openBenchMemory, openBenchDatabase]) {
    if ((values.only === 'memory') !== (open === openBenchMemory) && values.only !== undefined) continue;
    const { storage, name, stop } = await open();
    try {
      const { id } = await storage.accounts.createClient({ name: 'Bench' });
      const client = storage.forClient(id);
      const document = await client.documents.create({ kind: 'text', name: 'A very large one' });
      for (let run = 0; run < Number(values.repeat); run += 1) {
        const { staging, publishing, searching, again } = await measure(client, document.id, count, run);
        process.stdout.write(
          `${name}, ${count} passages, ${run === 0 ? 'new' : 'again'}: staged in ${ms(staging.took)} (event loop at most ${ms(staging.loop)}), ` +
            `published in ${ms(publishing.took)} (${ms(publishing.loop)}), searched first in ${ms(searching.took)} (${ms(searching.loop)}), then in ${ms(again.took)}\n`,
        );
      }
    } finally {
      await stop();
    }
  }
}

async function measure(client: ClientStorage, id: string, count: number, run: number) {
  const text = makeHaystack([words.join(' ')], run + 1, vocabulary);
  const random = randomFrom(run);
  const chunks = Array.from({ length: count }, (_, at) => ({
    number: at + 1,
    partNumber: 1,
    page: null,
    url: null,
    titlePath: [`Chapter ${Math.floor(random() * 100)}`],
    start: 0,
    end: 1,
    text: text(),
  }));
  const staging = await timed(async () => {
    const version = await client.documents.beginVersion(id);
    for (let from = 0; from < count; from += stagedTogether) {
      await client.documents.stage(id, version, {
        chunks: chunks.slice(from, from + stagedTogether),
        language: 'en',
      });
    }
    return version;
  });
  const publishing = await timed(() =>
    client.documents.publish(id, staging.result, { pageCount: 1, wordCount: 1, language: 'en' }),
  );
  const search = () => timed(() => client.passages.search({ text: 'lamp of the boat', limit: 5 }));
  return { staging, publishing, searching: await search(), again: await search() };
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; took: number; loop: number }> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  // Without a first tick the monitor does not notice what blocks from the beginning.
  await setTimeout(20);
  const began = performance.now();
  const result = await work();
  const took = performance.now() - began;
  await setTimeout(20);
  delay.disable();
  return { result, took, loop: delay.max / 1e6 };
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

await main();
