import { uuidv7 } from 'uuidv7';
import type { StorageEnvironment } from '../storage/storage.ts';

/** The real time and real ids; tests bring their own. */
export const systemEnvironment: StorageEnvironment = {
  now: () => new Date(),
  newId: () => uuidv7(),
};
