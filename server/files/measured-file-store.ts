import type { Measures } from '../modules/system/measures.ts';
import type { FileStore } from './file-store.ts';

/** The same store; what it does, and what it fails at, is counted. What the sender of a file breaks off counts as failed too. */
export function measuredFileStore(store: FileStore, measures: Pick<Measures, 'fileOperation'>): FileStore {
  async function counted<T>(operation: string, work: Promise<T>): Promise<T> {
    try {
      const result = await work;
      measures.fileOperation(operation, 'ok');
      return result;
    } catch (error) {
      measures.fileOperation(operation, 'failed');
      throw error;
    }
  }
  return {
    put: (bytes) => counted('put', store.put(bytes)),
    open: (key) => counted('open', store.open(key)),
    stat: (key) => counted('stat', store.stat(key)),
    remove: (key) => counted('remove', store.remove(key)),
  };
}
