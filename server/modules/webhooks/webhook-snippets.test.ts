import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { webhookEvents } from '../../../shared/webhook-vocabulary.ts';
import { projectPath } from '../../lib/paths.ts';
import { newOutgoingSecret, signedHeaders } from './outgoing-secret.ts';

const page = readFileSync(projectPath('docs', 'webhooks.md'), 'utf8');
const snippet = (language: string) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page)![1]!;

const folder = mkdtempSync(join(tmpdir(), 'confab-webhook-snippets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secret = newOutgoingSecret();
const id = '5b6f2a0e-7c55-4b0f-9d0a-2f6f5f5a9c11';
const body = JSON.stringify({ id, data: { content: 'Größe 😀' } });

/** Requests, and whether they are from this Confab. */
function cases(): [headers: Record<string, string>, body: string, isOurs: boolean][] {
  const headers = signedHeaders([secret], { id, body, now: new Date() });
  const old = signedHeaders([secret], { id, body, now: new Date(Date.now() - 301_000) });
  const other = signedHeaders([newOutgoingSecret()], { id, body, now: new Date() });
  const replaced = signedHeaders([newOutgoingSecret(), secret], { id, body, now: new Date() });
  const replacing = signedHeaders([secret, newOutgoingSecret()], { id, body, now: new Date() });
  return [
    [headers, body, true],
    [replaced, body, true],
    [replacing, body, true],
    [{ ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` }, body, true],
    [headers, body.replace('Größe', 'Grösse'), false],
    [{ ...headers, 'webhook-id': 'another' }, body, false],
    [{ ...headers, 'webhook-signature': '' }, body, false],
    [old, body, false],
    [other, body, false],
  ];
}

/** What the snippet says of each case. */
function verdicts(program: string, file: string, text: string): unknown {
  const path = join(folder, file);
  writeFileSync(path, text);
  const input = JSON.stringify(cases().map(([headers, sent]) => [secret, headers, sent]));
  return JSON.parse(execFileSync(program, [path], { encoding: 'utf8', input }));
}
const expected = cases().map(([, , isOurs]) => isOurs);

test('the Node snippet of the handbook takes what Confab has sent, and nothing else', () => {
  const use = `import { readFileSync } from 'node:fs';
    const cases = JSON.parse(readFileSync(0, 'utf8'));
    process.stdout.write(JSON.stringify(cases.map((one) => isFromConfab(...one))));`;
  expect(verdicts(process.execPath, 'snippet.mjs', `${snippet('js')}\n${use}`)).toEqual(expected);
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

// Not every machine has Python; the snippet is the same everywhere.
test.skipIf(!hasPython)('the Python snippet of the handbook takes what Confab has sent, and nothing else', () => {
  const use = `import json, sys
cases = json.load(sys.stdin)
print(json.dumps([is_from_confab(secret, headers, body.encode()) for secret, headers, body in cases]))`;
  expect(verdicts('python3', 'snippet.py', `${snippet('python')}\n${use}`)).toEqual(expected);
});

test('the handbook tells of every event', () => {
  for (const event of webhookEvents) expect(page).toContain(`| \`${event}\` |`);
});
