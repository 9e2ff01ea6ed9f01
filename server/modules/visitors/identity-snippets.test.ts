import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectPath } from '../../lib/paths.ts';
import { readIdentityToken } from './identity-token.ts';

const page = readFileSync(projectPath('docs', 'embedding.md'), 'utf8').split('## Saying who is signed in')[1]!;
const snippet = (language: string) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page)![1]!;

const folder = mkdtempSync(join(tmpdir(), 'confab-snippets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secret = 'wis_secret';
const user = { id: 7, name: 'Größe 😀', email: 'ann@example.com' };
const profile = { externalId: '7', name: user.name, email: user.email };

/** What a program prints that consists of the snippet and one line more. */
function printed(program: string, file: string, text: string): string {
  const path = join(folder, file);
  writeFileSync(path, text);
  return execFileSync(program, [path], { encoding: 'utf8' }).trim();
}

const isThere = (program: string) => spawnSync(program, ['--version']).status === 0;

test('the Node snippet of the handbook signs what the server takes', () => {
  const use = `process.stdout.write(identityToken(${JSON.stringify(user)}, '${secret}'));`;
  const token = printed(process.execPath, 'snippet.mjs', `${snippet('js')}\n${use}`);
  expect(readIdentityToken(secret, token, new Date())).toEqual({ profile });
});

// Not every machine has these languages; the snippets are the same everywhere.
test.skipIf(!isThere('python3'))('the Python snippet of the handbook signs what the server takes', () => {
  const use = `import sys\nprint(identity_token(json.loads(r'''${JSON.stringify(user)}'''), "${secret}"))`;
  const token = printed('python3', 'snippet.py', `${snippet('python')}\n${use}`);
  expect(readIdentityToken(secret, token, new Date())).toEqual({ profile });
});

test.skipIf(!isThere('php'))('the PHP snippet of the handbook signs what the server takes', () => {
  const use = `echo identity_token(json_decode('${JSON.stringify(user)}', true), '${secret}');`;
  const token = printed('php', 'snippet.php', `<?php\n${snippet('php')}\n${use}`);
  expect(readIdentityToken(secret, token, new Date())).toEqual({ profile });
});
