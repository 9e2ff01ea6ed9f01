import { readFile } from 'node:fs/promises';
import type { Deps } from '../deps.ts';
import { type Extracted, ExtractionError } from '../extract/extracted.ts';
import { type JobRunner, startJobRunner } from '../jobs/runner.ts';
import { createEmbedHandler } from '../modules/knowledge/embed-chunks.ts';
import { createIngestHandler } from '../modules/knowledge/ingest/ingest-document.ts';
import { cutInTurns, type Readers } from '../modules/knowledge/ingest/readers.ts';
import { knowledgeApiRoutes, knowledgeRoutes } from '../modules/knowledge/knowledge.routes.ts';
import { createRouteWorld, type Sent, type Tenant } from './route-world.ts';

/** Text as a document: form feeds part its pages. */
export function extractedOf(text: string, more: Partial<Extracted> = {}): Extracted {
  const parts = text.split('\f').map((page, index) => ({
    number: index + 1,
    title: `Page ${index + 1}`,
    page: index + 1,
    url: null,
    text: page,
    headings: [],
  }));
  return { title: null, language: 'en', parts, wordCount: text.split(/\s+/).length, warnings: [], ...more };
}

/** Readers that read plain text, and sites from a table of addresses. A test puts its own in their place. */
function plainReaders(sites: Map<string, Extracted>): Readers {
  return {
    extract: async ({ path }) => extractedOf(await readFile(path, 'utf8')),
    async crawl({ url }) {
      const site = sites.get(url);
      if (!site) throw new ExtractionError('The address does not answer.');
      return site;
    },
    cut: cutInTurns,
  };
}

export type KnowledgeWorld = Awaited<ReturnType<typeof createKnowledgeWorld>>;

/** Knowledge over routes, in memory, with jobs that are worked on when a test says so. Stop it afterwards. */
export async function createKnowledgeWorld({ embedder }: Pick<Deps, 'embedder'> = {}) {
  const world = await createRouteWorld();
  const acme = await world.addTenant();
  const sites = new Map<string, Extracted>();
  const readers = plainReaders(sites);
  const runners: JobRunner[] = [];
  const { config } = world.deps;
  const reading = { ...config.reading };
  const deps = { ...world.deps, config: { ...config, reading }, embedder };
  const routes = [...knowledgeRoutes(deps), ...knowledgeApiRoutes(deps)];

  function call(name: string, { params, ...sent }: Sent = {}, tenant: Tenant = acme) {
    const as = { user: tenant.owner };
    return world.call(routes, name, { as, params: { clientId: tenant.storage.clientId, ...params }, ...sent });
  }

  return {
    ...world,
    acme,
    sites,
    /** What reading may cost; a test changes it. */
    reading,
    /** What reads; a test changes it. */
    readers,
    call,

    /** Begins to work on jobs. */
    startRunner(): JobRunner {
      const handler = createIngestHandler({ ...deps, readers });
      const runner = startJobRunner(deps, { ingest: handler, embed: createEmbedHandler(deps) }, { pollMs: 60_000 });
      runners.push(runner);
      return runner;
    },

    /** Works on jobs until none is due. */
    async work(): Promise<void> {
      const runner = this.startRunner();
      await runner.idle();
      await runner.stop();
    },

    /** Adds a document and has it read. */
    async add(body: Record<string, unknown>): Promise<string> {
      const { status, body: made } = await call('createDocument', { body });
      if (status !== 201) throw new Error(JSON.stringify(made));
      await this.work();
      return made.id;
    },

    async find(documentId: string) {
      return (await call('getDocument', { params: { documentId } })).body;
    },

    /** The texts that a question finds, best first. */
    async ask(text: string, tenant: Tenant = acme): Promise<string[]> {
      const { body } = await call('searchKnowledge', { body: { text } }, tenant);
      return body.hits.map((hit: { chunk: { text: string } }) => hit.chunk.text);
    },

    async stop(): Promise<void> {
      for (const runner of runners) await runner.stop();
      await world.storage.close();
    },
  };
}
