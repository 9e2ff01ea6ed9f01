import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectPath } from '../../lib/paths.ts';
import { type FakeEndpoint, startFakeEndpoint, withJson } from '../../testing/fake-endpoint.ts';

let endpoint: FakeEndpoint;
let set: string;
beforeEach(async () => {
  endpoint = await startFakeEndpoint((response, request) => {
    const texts = request.json.input as string[];
    return withJson({ data: texts.map((text, index) => ({ index, embedding: meaningOf(text) })) })(response, request);
  });
  set = await mkdtemp(join(tmpdir(), 'confab-set-'));
  const lines = (rows: object[]) => rows.map((row) => JSON.stringify(row)).join('\n');
  await writeFile(
    join(set, 'corpus.jsonl'),
    lines([
      { id: 'a', title: '', text: 'The lamp is red.' },
      { id: 'b', title: '', text: 'Parcels leave on Mondays.' },
    ]),
  );
  await writeFile(join(set, 'queries.jsonl'), lines([{ id: 'q', text: 'illumination' }]));
  await writeFile(join(set, 'qrels.tsv'), 'query\tdocument\tgrade\nq\ta\t1\n');
});
afterEach(async () => {
  await endpoint.close();
  await rm(set, { recursive: true });
});

const synonyms: Record<string, string> = { illumination: 'lamp' };

/** The words of a text, each at a place that its letters tell; those that mean the same at the same one. */
function meaningOf(text: string): number[] {
  const vector = new Array<number>(64).fill(0);
  for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
    const hash = [...(synonyms[word] ?? word)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 64, 7);
    vector[hash] = 1;
  }
  return vector;
}

async function bench(...args: string[]): Promise<string> {
  const script = projectPath('server', 'cli', 'bench', 'retrieval.ts');
  const run = promisify(execFile)(process.execPath, ['--import', 'tsx', script, set, '--only', 'memory', ...args], {
    env: { ...process.env, EMBEDDINGS_MODEL: 'hashing', EMBEDDINGS_FLOOR: '0.3' },
  });
  const { stdout } = await run;
  return stdout.trim().split('\n').at(-1)!;
}

test('measures what meanings find beside words, through the code that answers visitors', async () => {
  expect(await bench()).toContain('| 2 | 1 | 0.0000 | 0.0000 | 0.0000 |');
  expect(endpoint.taken).toEqual([]);
  expect(await bench('--embeddings', `${endpoint.origin}/v1`)).toContain('| 2 | 1 | 1.0000 | 1.0000 | 1.0000 |');
  expect(endpoint.taken[0]!.json.model).toBe('hashing');
}, 60_000);
