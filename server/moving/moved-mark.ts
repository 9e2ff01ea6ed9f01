import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileIn = (dataDir: string) => join(dataDir, 'moved.json');

/** Notes that what was in memory is in a database now, so that no start begins with an old state or with nothing. */
export function markMoved(dataDir: string, to: string): void {
  writeFileSync(fileIn(dataDir), `${JSON.stringify({ to })}\n`, { mode: 0o600 });
}

/** Where the data went, without a password, and the file that says so; undefined: they have not been moved. */
export function readMovedMark(dataDir: string): { to: string; file: string } | undefined {
  const file = fileIn(dataDir);
  if (!existsSync(file)) return undefined;
  return { ...(JSON.parse(readFileSync(file, 'utf8')) as { to: string }), file };
}

/** The data are in memory again. */
export function forgetMoved(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true });
}
