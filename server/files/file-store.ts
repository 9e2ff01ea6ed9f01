import type { Readable } from 'node:stream';

/** Keeps the bytes of files. What they are called and who may read them is kept in storage. */
export interface FileStore {
  /**
   * Keeps the bytes for good, as they come, and answers the key they are found under. Rejects with what the source
   * rejects with; then nothing is left.
   */
  put(bytes: AsyncIterable<Uint8Array>): Promise<{ key: string; sizeBytes: number }>;
  /** The bytes; undefined when there are none under this key. Whoever asked reads to the end or destroys it. */
  open(key: string): Promise<Readable | undefined>;
  /** Undefined when there is nothing under this key. */
  stat(key: string): Promise<{ sizeBytes: number } | undefined>;
  /** Harmless when there is nothing under this key. */
  remove(key: string): Promise<void>;
}
