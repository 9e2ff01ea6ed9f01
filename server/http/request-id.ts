import { randomBytes } from 'node:crypto';

const processPart = randomBytes(6).toString('hex');
let counter = 0;

/** Unique over processes and restarts, and cheap; made here, never taken from the caller. */
export function newRequestId(): string {
  counter = (counter + 1) % 0x1_0000_0000;
  return `${processPart}-${counter.toString(16).padStart(8, '0')}`;
}
