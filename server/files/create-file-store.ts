import type { Config } from '../config.ts';
import { createDiskFileStore } from './disk-file-store.ts';
import type { FileStore } from './file-store.ts';

/** Where the bytes of files are kept, as the configuration says. */
export async function createFileStore({ filesDir }: Pick<Config, 'filesDir'>): Promise<FileStore> {
  return createDiskFileStore(filesDir);
}
