import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type ExtractedPart, ExtractionError, type Limits, limitReasons } from './extracted.ts';
import type { DocumentRead } from './read-document.ts';
import type { ReaderMessage, ReadRequest } from './reader-messages.ts';

const crashed = 'The file could not be read; it is probably damaged. Save it anew and upload it again.';

/** Of the memory, what JavaScript's own heap may take; the rest is for bytes and the engine. */
const heapShare = 0.75;

interface Waiting {
  parts: ExtractedPart[];
  progress: ((done: number, total: number) => void) | undefined;
  resolve(read: DocumentRead): void;
  reject(error: unknown): void;
}

/**
 * A process of its own that reads files one after another, without the server's environment. It is started when it is
 * first needed and again after it had to be ended.
 */
export class ReaderProcess {
  readonly #limits: Limits;
  #child: ChildProcess | undefined;
  #waiting: Waiting | undefined;
  #endedFor: ExtractionError | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /**
   * Reads one file; the one before must have ended.
   * @throws ExtractionError for anything wrong with the file, limits included; the signal's reason when aborted.
   */
  async read(
    request: Omit<ReadRequest, 'limits'>,
    options: { signal: AbortSignal; progress?: ((done: number, total: number) => void) | undefined },
  ): Promise<DocumentRead> {
    const { signal, progress } = options;
    signal.throwIfAborted();
    if (this.#waiting) throw new Error('The reading process reads one file at a time.');
    const child = this.#child ?? this.#start();
    const timer = setTimeout(() => this.#endFor(limitReasons.time(this.#limits)), this.#limits.timeMsMax);
    const onAbort = () => this.#fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await new Promise<DocumentRead>((resolve, reject) => {
        this.#waiting = { parts: [], progress, resolve, reject };
        child.send({ ...request, limits: this.#limits } satisfies ReadRequest, (error) => {
          if (error) this.#fail(new ExtractionError(crashed));
        });
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      this.#waiting = undefined;
    }
  }

  /** Ends the process; it may be called any number of times. */
  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #start(): ChildProcess {
    const { file, execArgv } = childFile();
    const heapMb = Math.max(32, Math.floor(this.#limits.memoryMbMax * heapShare));
    const child = fork(file, [String(this.#limits.memoryMbMax)], {
      execArgv: [...execArgv, `--max-old-space-size=${heapMb}`],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (message) => this.#receive(message as ReaderMessage));
    child.on('error', () => this.#onExit(child, null, null));
    child.on('exit', (code, signal) => this.#onExit(child, code, signal));
    this.#child = child;
    this.#endedFor = undefined;
    return child;
  }

  #receive(message: ReaderMessage): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    if (message.type === 'progress') waiting.progress?.(message.done, message.total);
    else if (message.type === 'part') waiting.parts.push(message.part);
    else if (message.type === 'failed') waiting.reject(new ExtractionError(message.reason));
    else waiting.resolve({ ...message.rest, parts: waiting.parts, ...(message.page && { page: message.page }) });
  }

  #endFor(reason: string): void {
    this.#endedFor = new ExtractionError(reason);
    this.#fail(this.#endedFor);
  }

  #fail(error: unknown): void {
    this.#waiting?.reject(error);
    this.close();
  }

  #onExit(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#child === child) this.#child = undefined;
    else if (this.#child !== undefined) return;
    // The engine aborts when its heap is full; the watchdog, like the system, kills.
    const outOfMemory = signal === 'SIGABRT' || signal === 'SIGKILL' || code === 134 || code === 137;
    const reason = outOfMemory ? limitReasons.memory(this.#limits) : crashed;
    this.#waiting?.reject(this.#endedFor ?? new ExtractionError(reason));
  }
}

/** The script of the reading process, beside this one: a TypeScript source, or a bundle when this is part of one. */
function childFile(): { file: string; execArgv: string[] } {
  const here = fileURLToPath(import.meta.url);
  if (!here.endsWith('.ts')) return { file: join(dirname(here), 'extract-child.mjs'), execArgv: [] };
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return { file: join(dirname(here), 'child.ts'), execArgv: ['--import', tsx] };
}
