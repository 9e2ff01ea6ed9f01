import type { Config, Secrets } from '../config.ts';
import { StartError } from '../storage/create-storage.ts';
import { openDirectusFileStore } from './directus-file-store.ts';
import { createDiskFileStore } from './disk-file-store.ts';
import type { FileStore } from './file-store.ts';
import { FileStoreError } from './file-store-error.ts';
import { openS3FileStore } from './s3-file-store.ts';

/**
 * Where the bytes of files are kept, as the configuration says.
 * @throws StartError when a store beyond this machine refuses or cannot be reached
 */
export async function createFileStore(
  { fileStore }: Pick<Config, 'fileStore'>,
  { s3Keys, directusToken = '' }: Pick<Secrets, 's3Keys' | 'directusToken'>,
): Promise<FileStore> {
  try {
    switch (fileStore.kind) {
      case 'disk':
        return createDiskFileStore(fileStore.folder);
      case 's3':
        return await openS3FileStore(fileStore, s3Keys);
      case 'directus':
        return await openDirectusFileStore(fileStore, directusToken);
    }
  } catch (error) {
    throw error instanceof FileStoreError ? new StartError(error.message) : error;
  }
}
