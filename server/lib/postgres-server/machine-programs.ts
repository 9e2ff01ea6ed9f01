import { readdirSync } from 'node:fs';
import path from 'node:path';
import { inspectPrograms, type Programs } from './programs.ts';

/** Where distributions put the server programs beside `PATH`; `*` stands for a version number. */
const USUAL_FOLDERS = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/usr/libexec/postgresql*',
  '/opt/homebrew/opt/postgresql@*/bin',
  '/usr/local/opt/postgresql@*/bin',
];

/**
 * All supported Postgres programs installed on the machine, the highest version first.
 * @param searchPath folders to look in beside the usual ones, separated as in `PATH`
 */
export async function findMachinePrograms(searchPath = ''): Promise<Programs[]> {
  const onPath = searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const found = new Map<string, Programs>();
  for (const folder of new Set([...onPath, ...USUAL_FOLDERS.flatMap(expand)])) {
    const programs = await inspectPrograms(folder, 'machine');
    if (programs !== undefined) found.set(programs.bin, programs);
  }
  return [...found.values()].sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }));
}

function expand(pattern: string): string[] {
  const star = pattern.indexOf('*');
  const parent = path.dirname(`${pattern.slice(0, star)}0`);
  const prefix = pattern.slice(parent.length + 1, star);
  const rest = pattern.slice(star + 1);
  try {
    return readdirSync(parent)
      .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
      .map((name) => path.join(parent, name) + rest);
  } catch {
    return [];
  }
}
