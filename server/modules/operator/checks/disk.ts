import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Check, type Finding, green, red, yellow } from '../check.ts';

/** As much of a file system's numbers as is looked at. */
export interface Space {
  bsize: number;
  blocks: number;
  /** For those who are not root. */
  bavail: number;
}

export type Statfs = (path: string) => Promise<Space>;

/** How much room is left where the server writes. */
export function diskChecks(folders: { data: string; files: string | undefined }, look: Statfs = statfs): Check[] {
  const check = (id: string, title: string, folder: string): Check => ({
    id,
    title,
    run: async () => describeSpace(await lookAbove(folder, look), folder),
  });
  const { data, files } = folders;
  return [
    check('disk-data', 'Room in the data folder', data),
    ...(files !== undefined && files !== data ? [check('disk-files', 'Room for files', files)] : []),
  ];
}

/** The folder is made with the first file in it; until then it is that above it which counts. */
async function lookAbove(folder: string, look: Statfs): Promise<Space> {
  try {
    return await look(folder);
  } catch (error) {
    const above = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === folder) throw error;
    return lookAbove(above, look);
  }
}

export function describeSpace({ bsize, blocks, bavail }: Space, place: string): Finding {
  const free = bavail * bsize;
  const share = blocks === 0 ? 1 : bavail / blocks;
  const seen = `${size(free)} free on ${place}, ${Math.round(share * 100)} %.`;
  if (share < 0.05 || free < 200e6) return red(seen, 'Make room at once: nothing can be written when it is full.');
  if (share < 0.15 || free < 2e9) return yellow(seen, 'Make room, or give it a larger disk.');
  return green(seen);
}

const size = (bytes: number) => (bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`);
