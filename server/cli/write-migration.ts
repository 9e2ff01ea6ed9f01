import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { projectRoot } from '../lib/paths.ts';
import { readMigrations } from '../storage/database/migrate.ts';
import { loadDrizzleKit } from './drizzle-kit.ts';
import { CommandError } from './run-command.ts';

/**
 * Has drizzle-kit write the migration from those in `folder` to the tables that the files `schema` (a glob) declare.
 * On a terminal it may ask whether a column was renamed.
 * @returns the tags of the files written; empty when nothing has changed
 * @throws CommandError when it wrote nothing although something has changed
 */
export async function writeMigration(options: {
  name: string;
  custom: boolean;
  folder: string;
  schema: string;
}): Promise<string[]> {
  await loadDrizzleKit();
  const tags = () => readMigrations(options.folder).map(({ tag }) => tag);
  const before = tags();
  const interactive = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const { code, output } = await runDrizzleKit(interactive, [
    'generate',
    '--dialect=postgresql',
    // It puts ./ before whatever it is given.
    `--schema=${relative(projectRoot, options.schema)}`,
    `--out=${relative(projectRoot, options.folder)}`,
    `--name=${options.name}`,
    ...(options.custom ? ['--custom'] : []),
  ]);
  const written = tags().filter((tag) => !before.includes(tag));
  if (written.length > 0) return written;
  // Its exit code is 0 also when it could not ask what it wanted to know, so that only its words tell.
  if (code === 0 && (interactive || /No schema changes/.test(output))) return [];
  throw new CommandError(reasonIn(output));
}

async function runDrizzleKit(interactive: boolean, args: string[]): Promise<{ code: number; output: string }> {
  const program = join(dirname(createRequire(import.meta.url).resolve('drizzle-kit')), 'bin.cjs');
  const child = spawn(process.execPath, [program, ...args], {
    cwd: projectRoot,
    stdio: interactive ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  const outputs = Promise.all([child.stdout, child.stderr].map((stream) => (stream === null ? '' : text(stream))));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? 1, output: stripVTControlCharacters((await outputs).join('\n')) };
}

function reasonIn(output: string): string {
  if (/Interactive prompts require a TTY/.test(output)) {
    return 'A table or column is missing and another is new, which may be a renaming: run it on a terminal, where it asks.';
  }
  const line = output.split('\n').find((candidate) => /error/i.test(candidate));
  return `drizzle-kit wrote no migration${line === undefined ? '' : ` (${line.trim()})`}.`;
}
