import type { Readable } from 'node:stream';

/** Keeps the bytes of files. What they are called and who may read them is kept in storage. */
export interface FileStore {
  /** Keeps the bytes for good, and answers the key they are found under. Nothing is left when it rejects. */
  put(bytes: Buffer): Promise<string>;
  /** The bytes; undefined when there are none under this key. Whoever asked reads to the end or destroys it. */
  open(key: string): Promise<Readable | undefined>;
  /** Harmless when there is nothing under this key. */
  remove(key: string): Promise<void>;
}
