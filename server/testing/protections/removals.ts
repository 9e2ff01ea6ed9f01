import { accountRemovals } from './removals-accounts.ts';
import { dataRemovals } from './removals-data.ts';
import { webRemovals } from './removals-web.ts';

/** Every removal, in the order of the table's chapters. */
export const removals = [...webRemovals, ...accountRemovals, ...dataRemovals];
