import { attachmentTypes } from '../../../../shared/attachment-types.ts';

/** As the server's contract has them. */
export const fileLimits = { bytes: 10_000_000, perMessage: 10 } as const;
export const nameCharsMax = 200;
/** Endings of what may be sent; the server judges by the content. */
export const fileEndings: readonly string[] = Object.values(attachmentTypes).flat();

/** Why a file cannot be sent; undefined when nothing is known against it. */
export function fileFault({ name, size }: { name: string; size: number }): 'fileSize' | 'fileType' | undefined {
  if (size > fileLimits.bytes) return 'fileSize';
  const ending = name.toLowerCase().split('.').pop() as string;
  return size && fileEndings.includes(ending) ? undefined : 'fileType';
}

/** Where the bytes of files wait that are not sent. */
export interface FileShelf {
  /** `outlasts`: they are to be there after a reload too. */
  put(id: string, file: Blob, outlasts: boolean): void;
  /** Null when they are gone. */
  get(id: string): Promise<Blob | null>;
  drop(id: string): void;
}

/** In memory, and in the browser's database as far as it lets us. */
export function createFileShelf(): FileShelf {
  const memory = new Map<string, Promise<Blob | null>>();

  /** Answers undefined wherever the database fails: the chat goes on with what is in memory. */
  const inDatabase = (work: (store: IDBObjectStore) => IDBRequest) =>
    new Promise<Blob | undefined>((resolve) => {
      const fail = () => resolve(undefined);
      try {
        const opening = indexedDB.open('confab-files');
        opening.onupgradeneeded = () => opening.result.createObjectStore('files');
        opening.onerror = fail;
        opening.onsuccess = () => {
          const database = opening.result;
          const change = database.transaction('files', 'readwrite');
          const request = work(change.objectStore('files'));
          change.onabort = fail;
          change.oncomplete = () => resolve(request.result);
          // Closes once the change is done.
          database.close();
        };
      } catch {
        fail();
      }
    });

  return {
    put(id, file, outlasts) {
      // Read at once: the file on the visitor's disk may change or go before its turn comes.
      const bytes = file.arrayBuffer().then(
        (buffer) => new Blob([buffer]),
        () => null,
      );
      memory.set(id, bytes);
      if (outlasts) {
        void bytes.then((blob) => {
          if (blob && memory.has(id)) void inDatabase((store) => store.put(blob, id));
        });
      }
    },
    get: async (id) => (await memory.get(id)) ?? (await inDatabase((store) => store.get(id))) ?? null,
    drop(id) {
      memory.delete(id);
      void inDatabase((store) => store.delete(id));
    },
  };
}
