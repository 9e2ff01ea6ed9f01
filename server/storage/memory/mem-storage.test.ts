import { describeStorage } from '../conformance/describe-storage.ts';
import { createTestEnvironment } from '../conformance/harness.ts';
import { MemStorage } from './mem-storage.ts';

describeStorage('MemStorage', async () => {
  const env = createTestEnvironment();
  const storage = new MemStorage(env);
  return { storage, env, close: () => storage.close() };
});
