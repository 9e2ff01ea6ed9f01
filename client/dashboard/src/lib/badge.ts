import { createStore } from './store.ts';

/** How many conversations of the open client wait to be read; at most 100, which stands for more. */
export const unreadStore = createStore(0);
