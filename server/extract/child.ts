import { readFile, stat } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ExtractionError, limitReasons } from './extracted.ts';
import { readDocument } from './read-document.ts';
import type { ReaderMessage, ReadRequest } from './reader-messages.ts';
import { beginReading } from './reading.ts';

/**
 * The reading process: it reads the files it is sent, one after another. What a file does to it, it does to nobody else.
 */

const progressEveryMs = 150;
const unexpected = 'The file could not be read; it is probably damaged. Save it anew and upload it again.';

const [memoryMb] = process.argv.slice(2);

/** Runs beside the parsers, which may be busy for ever: ends the process when it is too big or its parent is gone. */
const watchdog = `
  const parent = process.ppid;
  setInterval(() => {
    if (process.memoryUsage.rss() > ${Number(memoryMb)} * 1024 * 1024 || process.ppid !== parent) {
      process.kill(process.pid, 'SIGKILL');
    }
  }, 50);
`;
new Worker(watchdog, { eval: true, stdout: true, stderr: true }).unref();

try {
  // Whoever waits for an answer goes first.
  setPriority(10);
} catch {
  // Not everywhere allowed, and not needed.
}

process.on('message', (request: ReadRequest) => {
  void answer(request);
});
process.on('disconnect', () => process.exit(0));

async function answer(request: ReadRequest): Promise<void> {
  try {
    const bytes = await bytesOf(request);
    const reading = beginReading({ ...request, progress: progressReporter() });
    const { parts, page, ...rest } = await readDocument(bytes, reading, request.web);
    for (const part of parts) send({ type: 'part', part });
    send({ type: 'done', rest, page });
  } catch (error) {
    send({ type: 'failed', reason: error instanceof ExtractionError ? error.reason : unexpected });
  }
}

async function bytesOf({ source, limits }: ReadRequest): Promise<Buffer> {
  if ('bytes' in source) return Buffer.from(source.bytes.buffer, source.bytes.byteOffset, source.bytes.byteLength);
  const { size } = await stat(source.path);
  if (size > limits.fileBytesMax) throw new ExtractionError(limitReasons.fileBytes(limits));
  return readFile(source.path);
}

function progressReporter(): (done: number, total: number) => void {
  let reportedAt = 0;
  return (done, total) => {
    const now = performance.now();
    if (now - reportedAt < progressEveryMs && done < total) return;
    reportedAt = now;
    send({ type: 'progress', done, total });
  };
}

function send(message: ReaderMessage): void {
  process.send?.(message);
}
