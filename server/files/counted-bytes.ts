/** Bytes on their way into a store: how many have passed, and what the source has failed with. */
export interface CountedBytes extends AsyncIterable<Uint8Array> {
  readonly sizeBytes: number;
  /** Set when the source itself broke off, which clients of a store wrap in errors of their own. */
  readonly sourceFault: { error: unknown } | undefined;
}

/** Passes the bytes on, without empty parts: to some streams an empty part is the end. */
export function countBytes(source: AsyncIterable<Uint8Array>): CountedBytes {
  let sizeBytes = 0;
  let sourceFault: CountedBytes['sourceFault'];
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    get sourceFault() {
      return sourceFault;
    },
    async *[Symbol.asyncIterator]() {
      try {
        for await (const part of source) {
          sizeBytes += part.length;
          if (part.length > 0) yield part;
        }
      } catch (error) {
        sourceFault = { error };
        throw error;
      }
    },
  };
}
