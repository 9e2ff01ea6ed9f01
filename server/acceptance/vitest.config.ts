import { defineConfig } from 'vitest/config';

/** Tests of what `npm run build` made, started as in production. */
export default defineConfig({
  test: {
    include: ['server/acceptance/**/*.acceptance.ts', 'client/**/*.e2e.ts'],
    globalSetup: ['server/testing/global-setup.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 90_000,
    // Whole processes and a browser share the machine with whatever else runs there; a second failure is a defect.
    retry: 1,
    allowOnly: false,
  },
});
