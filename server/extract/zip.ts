import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { ExtractionError, type Limits, limitReasons } from './extracted.ts';

/** A ZIP file whose entries are inflated only as far as the limits allow; what they claim of their size is not believed. */
export interface GuardedZip {
  has(name: string): boolean;
  names(): string[];
  /** One entry's bytes; undefined when there is none of that name. @throws ExtractionError */
  read(name: string): Promise<Buffer | undefined>;
  /** Inflates everything once and keeps nothing, for readers that do it again without counting. @throws ExtractionError */
  measure(): Promise<void>;
}

const entriesMax = 20_000;
/** More than deflate makes of any sheet that was met; beyond 20 MB it is a bomb. */
const ratioMax = 500;
const ratioCountsFrom = 20 * 1024 * 1024;

const broken = 'The file is damaged: it cannot be unpacked. Save it anew and upload it again.';

/** @throws ExtractionError */
export async function openZip(bytes: Buffer, limits: Limits): Promise<GuardedZip> {
  const file = await orBroken(() => fromBufferPromise(bytes, { lazyEntries: true, strictFileNames: false }));
  const entries = await orBroken(() => listEntries(file));
  let inflated = 0;

  async function inflate(entry: Entry, keep: boolean): Promise<Buffer> {
    if (entry.isEncrypted()) {
      throw new ExtractionError('The file is protected by a password. Remove the password and upload it again.');
    }
    const stream = await orBroken(() => file.openReadStreamPromise(entry));
    const pieces: Buffer[] = [];
    let size = 0;
    try {
      for await (const piece of stream as AsyncIterable<Buffer>) {
        size += piece.length;
        inflated += piece.length;
        const isBomb = size > ratioCountsFrom && size > entry.compressedSize * ratioMax;
        if (isBomb || inflated > limits.inflatedBytesMax) throw new ExtractionError(limitReasons.inflated(limits));
        if (keep) pieces.push(piece);
      }
    } catch (error) {
      stream.destroy();
      throw error instanceof ExtractionError ? error : new ExtractionError(broken);
    }
    return Buffer.concat(pieces);
  }

  return {
    has: (name) => entries.has(name),
    names: () => [...entries.keys()],
    read: async (name) => {
      const entry = entries.get(name);
      return entry && inflate(entry, true);
    },
    measure: async () => {
      for (const entry of entries.values()) await inflate(entry, false);
    },
  };
}

async function listEntries(file: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  await new Promise<void>((resolve, reject) => {
    file.on('entry', (entry: Entry) => {
      if (entries.size >= entriesMax) {
        reject(new ExtractionError('The file holds more than 20,000 files. Unpack it and upload the documents in it.'));
        return;
      }
      if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry);
      file.readEntry();
    });
    file.on('end', resolve);
    file.on('error', reject);
    file.readEntry();
  });
  return entries;
}

async function orBroken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ExtractionError ? error : new ExtractionError(broken);
  }
}
