import { systemEnvironment } from '../../lib/clock-and-ids.ts';
import type { Embedder } from '../../lib/embeddings.ts';
import { startCluster } from '../../lib/postgres-server/cluster.ts';
import { findMachinePrograms } from '../../lib/postgres-server/machine-programs.ts';
import { findPackagePrograms } from '../../lib/postgres-server/package-programs.ts';
import { meaningOf } from '../../modules/knowledge/ingest/stage-vectors.ts';
import { openDatabaseStorage } from '../../storage/database/database-storage.ts';
import { migrateDatabase } from '../../storage/database/migrate.ts';
import { MemStorage } from '../../storage/memory/mem-storage.ts';
import type { ClientStorage, IStorage } from '../../storage/storage.ts';
import { detectLanguage } from '../../text/detect-language.ts';
import type { RetrievalSet } from './retrieval-set.ts';

/** A storage of its own for a bench. */
export interface BenchStorage {
  name: string;
  storage: IStorage;
  /** Of the database; undefined in memory. */
  url: string | undefined;
  stop(): Promise<void>;
}

export function openBenchMemory(): BenchStorage {
  const storage = new MemStorage(systemEnvironment);
  return { name: 'memory', storage, url: undefined, stop: () => storage.close() };
}

/** On a Postgres that is started for it and removed afterwards. */
export async function openBenchDatabase(): Promise<BenchStorage> {
  const [machine] = await findMachinePrograms();
  const cluster = await startCluster({ programs: machine ?? findPackagePrograms(), durable: true });
  try {
    const url = `postgres://${cluster.user}:${cluster.password}@${cluster.host}:${cluster.port}/postgres`;
    await migrateDatabase({ url });
    const storage = await openDatabaseStorage({ url, env: systemEnvironment });
    const stop = async () => {
      await storage.close();
      await cluster.stop();
    };
    return { name: `PostgreSQL ${cluster.version}`, storage, url, stop };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** Passages that are published together, as a long document's are. */
const publishedTogether = 2_000;

/**
 * A client whose passages are the set's, given to it as documents are. Answers what the passages are called in the set,
 * by the ids they got.
 */
export async function plantSet(
  storage: IStorage,
  { corpus }: Pick<RetrievalSet, 'corpus'>,
  embedder?: Embedder,
): Promise<{ client: ClientStorage; names: Map<string, string> }> {
  const { id } = await storage.accounts.createClient({ name: 'Bench' });
  const client = storage.forClient(id);
  const names = new Map<string, string>();
  for (let from = 0; from < corpus.length; from += publishedTogether) {
    const some = corpus.slice(from, from + publishedTogether);
    const document = await client.documents.create({ kind: 'text', name: `Passages from ${from + 1}` });
    const version = await client.documents.beginVersion(document.id);
    const chunks = some.map(({ title, text }, at) => ({
      number: at + 1,
      partNumber: 1,
      page: null,
      url: null,
      titlePath: title === '' ? [] : [title],
      start: 0,
      end: text.length,
      text,
    }));
    const part = { number: 1, title: document.name, page: null, url: null, text: '' };
    await client.documents.stage(document.id, version, { parts: [part], chunks });
    if (embedder) {
      const embedded = await embedder.embed(some.map(({ title, text }) => meaningOf({ titlePath: [title], text })));
      const vectors = embedded.map((values, at) => ({ number: at + 1, values }));
      await client.documents.stageVectors(document.id, version, embedder.model, vectors);
    }
    const sample = some.slice(0, 100).map(({ text }) => text.slice(0, 40));
    const guess = detectLanguage(sample.join('\n'));
    const language = guess.language === 'und' ? null : guess.language;
    await client.documents.publish(document.id, version, { pageCount: 1, wordCount: 0, language });
    for (let after = 0; after < some.length; after += 100) {
      for (const chunk of await client.chunks.list(document.id, { after, limit: 100 })) {
        names.set(chunk.id, some[chunk.number - 1]!.id);
      }
    }
  }
  return { client, names };
}
