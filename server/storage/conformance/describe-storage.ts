import { describe } from 'vitest';
import { accountsSuite } from './accounts.suite.ts';
import type { OpenHarness } from './harness.ts';

/** Proves every promise of the seam on the storages that `open` makes. */
export function describeStorage(name: string, open: OpenHarness): void {
  describe(name, () => {
    accountsSuite(open);
  });
}
