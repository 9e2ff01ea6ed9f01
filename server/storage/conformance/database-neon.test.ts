import { afterAll, inject } from 'vitest';
import { startNeonProxy } from '../../testing/neon-proxy.ts';
import { databaseHarness } from './database-harness.ts';
import { describeStorage } from './describe-storage.ts';

const proxy = await startNeonProxy(inject('postgres').adminUrl);
afterAll(() => proxy.stop());

describeStorage(
  "DatabaseStorage on Neon's driver",
  databaseHarness((url) => ({ url, driver: 'neon', neonProxy: proxy.address })),
);
