import { afterAll, beforeAll } from 'vitest';
import type { IStorage, StorageEnvironment } from '../storage.ts';

/** What a storage under test is given: time stands still until a test moves it, ids ascend from the same start. */
export interface TestEnvironment extends StorageEnvironment {
  setTime(at: Date): void;
  advance(ms: number): void;
}

/** One storage under test, with the environment it was made with. */
export interface StorageHarness {
  storage: IStorage;
  env: TestEnvironment;
  /** Closes the storage and removes what `open` made for it. */
  close(): Promise<void>;
}

/**
 * Makes a storage that is empty and independent of every other one it made: of its own database, where there is one.
 * May be called again before the earlier ones are closed.
 */
export type OpenHarness = () => Promise<StorageHarness>;

const START = Date.UTC(2026, 0, 15, 12, 0, 0, 123);

/** A fresh environment. Pass it to the storage that the harness opens. */
export function createTestEnvironment(): TestEnvironment {
  let time = START;
  let ids = 0;
  return {
    now: () => new Date(time),
    newId: () => testId(++ids),
    setTime: (at) => {
      time = at.getTime();
    },
    advance: (ms) => {
      time += ms;
    },
  };
}

/** The `n`th UUIDv7 of an environment. The hexadecimal letters in it let a test see whether letter case is minded. */
export function testId(n: number): string {
  const hex = n.toString(16).padStart(12, '0');
  return `019b${hex.slice(0, 4)}-${hex.slice(4, 8)}-7abc-8def-${hex}`;
}

/** Opens a storage for the surrounding `describe` and closes it afterwards. */
export function useHarness(open: OpenHarness): { readonly storage: IStorage; readonly env: TestEnvironment } {
  let harness: StorageHarness | undefined;
  beforeAll(async () => {
    harness = await open();
  });
  afterAll(async () => {
    await harness?.close();
  });
  const opened = () => {
    if (!harness) throw new Error('The harness is there only inside tests and hooks.');
    return harness;
  };
  return {
    get storage() {
      return opened().storage;
    },
    get env() {
      return opened().env;
    },
  };
}
