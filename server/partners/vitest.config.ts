import { defineConfig } from 'vitest/config';

/** Tests against other people's servers, which `npm run test:partners` installs first. */
export default defineConfig({
  test: {
    include: ['server/partners/**/*.partner.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 300_000,
    allowOnly: false,
  },
});
