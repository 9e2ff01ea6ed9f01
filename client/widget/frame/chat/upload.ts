import { type Api, ApiError } from './api.ts';
import type { Outbox } from './outbox.ts';
import type { OutboxEntry, OutboxFile } from './types.ts';

/** What an answer to an upload says of the file, where repeating is of no use; 410 stands for bytes that are gone. */
const fileRefusals: Readonly<Record<number, OutboxEntry['refused']>> = {
  400: 'fileType',
  410: 'fileLost',
  413: 'fileSize',
  415: 'fileType',
  422: 'fileType',
};
/** What is to wait longer is put aside, so that what was written behind it goes out. */
const waitMsMax = 120_000;

export interface UploadParts {
  outbox: Outbox;
  /** The bytes of a file; null when they are gone. */
  bytes(id: string): Promise<Blob | null>;
  /** One attempt to bring a file to the entry's conversation. Throws `ApiError`. */
  send(file: { name: string; bytes: Blob }, watch: Parameters<Api['upload']>[3]): ReturnType<Api['upload']>;
  /** The share of a file that has gone up. */
  progressed(id: string, share: number): void;
  /** What breaks off the upload that goes on from now; undefined: none does. */
  goesOn(abort: AbortController | undefined): void;
  /** The server does not know the conversation. Answers whether it is being looked at again, as the one shown. */
  missing(): boolean;
}

/**
 * Uploads what the server has not got yet. A file that can never be sent is put aside; the rest is answered. Throws
 * `ApiError`.
 */
export async function uploadFiles(
  entry: OutboxEntry,
  { outbox, bytes: bytesOf, send, progressed, goesOn, missing }: UploadParts,
): Promise<OutboxEntry> {
  let left = entry;
  for (const file of entry.files ?? []) {
    if (file.uploaded) continue;
    const bytes = await bytesOf(file.id);
    const abort = new AbortController();
    goesOn(abort);
    try {
      if (!bytes) throw new ApiError(410);
      const watch = { signal: abort.signal, progressed: (share: number) => progressed(file.id, share) };
      const { id } = await send({ name: file.name, bytes }, watch);
      const done = (known: OutboxFile) => (known.id === file.id ? { ...known, uploaded: id } : known);
      left = outbox.update({ ...left, files: left.files?.map(done) ?? [] });
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 0;
      // Reading the thread tells whether it is gone, and what waits then begins a new one.
      if (status === 404 && missing()) throw new ApiError(0);
      const isLate = error instanceof ApiError && error.retryAfterMs > waitMsMax;
      const refused = status === 429 && isLate ? 'fileLater' : fileRefusals[status];
      if (!refused) throw error;
      const known = left.files?.filter(({ id }) => id === file.id) ?? [];
      left = outbox.split(left, known, { refused });
    } finally {
      goesOn(undefined);
    }
    // Given up meanwhile.
    if (!outbox.entries().some(({ id }) => id === entry.id)) throw new ApiError(0);
  }
  return left;
}

/** A request that brings nothing forward for so long is broken off. */
const patienceMs = 30_000;

/**
 * Sends the bytes, and answers what the server says to them. `progressed` is told the share that has gone up; a `signal`
 * that aborts breaks it off. Throws `ApiError`.
 */
export function upload<Answer>(
  path: string,
  token: string,
  bytes: Blob,
  { progressed, signal }: { progressed(share: number): void; signal: AbortSignal },
): Promise<Answer> {
  // Only this way of asking tells how much has gone up.
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const breakOff = () => request.abort();
    let patience: ReturnType<typeof setTimeout>;
    const goesOn = () => {
      clearTimeout(patience);
      patience = setTimeout(breakOff, patienceMs);
    };
    request.open('POST', path);
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => {
      goesOn();
      progressed(loaded / total);
    };
    request.onloadend = () => {
      clearTimeout(patience);
      signal.removeEventListener('abort', breakOff);
      if (request.status === 201 && request.response) resolve(request.response);
      else reject(new ApiError(request.status, 1000 * Number(request.getResponseHeader('retry-after')) || 0));
    };
    signal.addEventListener('abort', breakOff);
    if (signal.aborted) breakOff();
    goesOn();
    request.send(bytes);
  });
}
