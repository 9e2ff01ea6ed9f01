import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Runs `work` with the path of a file that holds the bytes; afterwards it is gone. */
export async function withTemporaryFile<T>(
  bytes: Readable | string,
  { signal, progress }: { signal: AbortSignal; progress?(bytesDone: number): void },
  work: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'confab-reading-'));
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
