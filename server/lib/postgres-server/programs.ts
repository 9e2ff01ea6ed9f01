import { accessSync, constants, realpathSync } from 'node:fs';
import path from 'node:path';
import { run } from './run.ts';

/** A folder with `initdb` and `postgres`, and where it came from. */
export interface Programs {
  /** Absolute folder of the programs. */
  bin: string;
  /** For example `15.18`, `18.4`. */
  version: string;
  /** For example 15. */
  major: number;
  origin: 'given' | 'machine' | 'package';
}

export const OLDEST_MAJOR = 15;
export const NEWEST_MAJOR = 18;

/** The programs in `bin`, or `undefined` when it holds none, or none of a supported version. */
export async function inspectPrograms(bin: string, origin: Programs['origin']): Promise<Programs | undefined> {
  const folder = folderOfPrograms(bin);
  if (folder === undefined) return undefined;
  const { code, stdout } = await run(path.join(folder, 'postgres'), ['--version']);
  const version = code === 0 ? /\(PostgreSQL\) ((\d+)(?:\.\d+)?)/.exec(stdout) : null;
  if (version === null) return undefined;
  const major = Number(version[2]);
  if (major < OLDEST_MAJOR || major > NEWEST_MAJOR) return undefined;
  return { bin: folder, version: version[1]!, major, origin };
}

/** The real folder of both programs: an entry of `PATH` may hold links into the version's own folder. */
function folderOfPrograms(folder: string): string | undefined {
  try {
    const real = path.dirname(realpathSync(path.join(folder, 'postgres')));
    for (const name of ['postgres', 'initdb']) accessSync(path.join(real, name), constants.X_OK);
    return real;
  } catch {
    return undefined;
  }
}
