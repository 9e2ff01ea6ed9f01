import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { withConnection } from '../../testing/databases.ts';
import { type ReplicatedCluster, startReplicatedCluster } from '../../testing/replica.ts';
import { type DatabaseStorage, openDatabaseStorage } from '../database/database-storage.ts';
import { migrateDatabase } from '../database/migrate.ts';
import { auditSuite } from './audit.suite.ts';
import { countsSuite } from './counts.suite.ts';
import { createTestEnvironment, type OpenHarness } from './harness.ts';
import { passagesSuite } from './passages.suite.ts';
import { receiptsSuite } from './receipts.suite.ts';
import { searchSuite } from './search.suite.ts';
import { transactionsSuite } from './transactions.suite.ts';

let cluster: ReplicatedCluster;
const opened: DatabaseStorage[] = [];

beforeAll(async () => {
  cluster = await startReplicatedCluster(inject('postgres').bin);
  await withConnection(cluster.primary.adminUrl, (client) => client.query('CREATE DATABASE template'));
  await migrateDatabase({ url: cluster.primary.urlFor('template') });
});
afterAll(() => cluster.stop());

const replicated: OpenHarness = async () => {
  const name = `replicated_${randomBytes(6).toString('hex')}`;
  await withConnection(cluster.primary.adminUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template`));
  // It is there once the replica has replayed its making.
  await vi.waitFor(() => withConnection(cluster.replica.urlFor(name), (client) => client.query('SELECT 1')), 10_000);
  const env = createTestEnvironment();
  const storage = await openDatabaseStorage({
    url: cluster.primary.urlFor(name),
    env,
    replica: { url: cluster.replica.urlFor(name), waitMs: 2_000 },
  });
  opened.push(storage);
  return { storage, env, close: () => storage.close() };
};

// What has methods that a replica may answer: each of their promises holds beside the writes that the suites make.
describe('DatabaseStorage with a replica', () => {
  countsSuite(replicated);
  searchSuite(replicated);
  passagesSuite(replicated);
  receiptsSuite(replicated);
  auditSuite(replicated);
  transactionsSuite(replicated);
});

// Last in this file: by now all of them have been asked.
test('it was the replica that answered', () => {
  const sum = (key: 'readsOnReplica' | 'readsOnPrimary') =>
    opened.reduce((total, { replicaNumbers }) => total + replicaNumbers![key], 0);
  expect(sum('readsOnReplica')).toBeGreaterThan(50);
  expect(sum('readsOnPrimary')).toBeLessThan(sum('readsOnReplica'));
});
