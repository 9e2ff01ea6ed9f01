import type { DocumentView } from '../../../../../shared/contracts/knowledge.ts';
import { limits } from '../../../../../shared/limits.ts';
import { isProblem, isTemporary, sentenceOf } from '../../lib/problem.ts';
import { randomId } from '../../lib/random-id.ts';
import { noteSessionEnded } from '../../lib/session.ts';
import { createStore, type Store } from '../../lib/store.ts';
import { fileSize } from '../inbox/file-size.ts';

/** A file on its way to becoming a document. */
export interface UploadEntry {
  key: string;
  name: string;
  sizeBytes: number;
  state: 'waiting' | 'sending' | 'failed';
  /** From 0 to 1 while it is on its way. */
  progress: number;
  /** Why it was not taken; null while all is well. */
  reason: string | null;
  /** Whether another attempt may help. */
  mayRetry: boolean;
}

export interface UploadQueueOptions {
  send: (
    file: File,
    name: string,
    onProgress: (done: number) => void,
  ) => { answer: Promise<DocumentView>; cancel: () => void };
  onTaken: (document: DocumentView) => void;
  /** How many are sent at the same time. */
  atOnce?: number;
}

/** Sends files one after the other, a few at a time. One that was taken leaves the list; one that failed stays in it. */
export class UploadQueue {
  readonly entries: Store<readonly UploadEntry[]> = createStore<readonly UploadEntry[]>([]);
  readonly #options: UploadQueueOptions;
  readonly #files = new Map<string, File>();
  readonly #running = new Map<string, () => void>();

  constructor(options: UploadQueueOptions) {
    this.#options = options;
  }

  add(files: Iterable<File>): void {
    const added = [...files].map((file): UploadEntry => {
      const key = randomId();
      const reason = whyNot(file);
      if (reason === null) this.#files.set(key, file);
      const state = reason === null ? 'waiting' : 'failed';
      return { key, name: nameOf(file), sizeBytes: file.size, state, progress: 0, reason, mayRetry: false };
    });
    this.entries.set([...this.entries.get(), ...added]);
    this.#next();
  }

  /** Sends one that was not taken once more. */
  retry(key: string): void {
    if (!this.#files.has(key) || this.#running.has(key)) return;
    this.#patch(key, { state: 'waiting', progress: 0, reason: null, mayRetry: false });
    this.#next();
  }

  /** Calls one off, or takes one that failed out of the list. */
  remove(key: string): void {
    this.#running.get(key)?.();
    this.#forget(key);
    this.#next();
  }

  #next(): void {
    for (const { key, name, state } of this.entries.get()) {
      if (this.#running.size >= (this.#options.atOnce ?? 2)) return;
      const file = this.#files.get(key);
      if (state === 'waiting' && file) this.#send(key, name, file);
    }
  }

  #send(key: string, name: string, file: File): void {
    this.#patch(key, { state: 'sending' });
    const { answer, cancel } = this.#options.send(file, name, (progress) => this.#patch(key, { progress }));
    this.#running.set(key, cancel);
    answer.then(
      (document) => {
        this.#forget(key);
        this.#options.onTaken(document);
        this.#next();
      },
      (error: unknown) => {
        const isSignedOut = isProblem(error, 'not-signed-in');
        if (isSignedOut) noteSessionEnded();
        this.#running.delete(key);
        const mayRetry = isSignedOut || isTemporary(error);
        this.#patch(key, { state: 'failed', reason: sentenceOf(error), mayRetry });
        this.#next();
      },
    );
  }

  #forget(key: string): void {
    this.#running.delete(key);
    this.#files.delete(key);
    this.entries.set(this.entries.get().filter((entry) => entry.key !== key));
  }

  #patch(key: string, part: Partial<UploadEntry>): void {
    this.entries.set(this.entries.get().map((entry) => (entry.key === key ? { ...entry, ...part } : entry)));
  }
}

const nameOf = (file: File): string => file.name.slice(-limits.nameCharsMax);

function whyNot(file: File): string | null {
  if (file.size > limits.documentBytesMax) {
    return `Larger than ${fileSize(limits.documentBytesMax)}. Split it into smaller documents.`;
  }
  return file.size === 0 ? 'The file is empty.' : null;
}
