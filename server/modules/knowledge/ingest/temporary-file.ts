import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const prefix = 'confab-reading-';
/** Nothing is read for so long. */
const leftoverMs = 24 * 60 * 60_000;

/** Removes what processes left that were killed while they read. Never rejects. */
export async function removeLeftovers(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(prefix))) {
    const folder = join(tmpdir(), name);
    const age = await stat(folder).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > leftoverMs) await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

/** Runs `work` with the path of a file that holds the bytes; afterwards it is gone. */
export async function withTemporaryFile<T>(
  bytes: Readable | string,
  { signal, progress }: { signal: AbortSignal; progress?(bytesDone: number): void },
  work: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  try {
    const path = join(folder, 'source');
    if (typeof bytes === 'string') await writeFile(path, bytes, { signal });
    else await pipeline(bytes, counted(progress), createWriteStream(path), { signal });
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function counted(progress: ((bytesDone: number) => void) | undefined): Transform {
  let done = 0;
  return new Transform({
    transform(part: Buffer, _encoding, next) {
      done += part.length;
      progress?.(done);
      next(null, part);
    },
  });
}
