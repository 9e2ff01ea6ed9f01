import type { DocumentInput } from '../../../shared/contracts/knowledge.ts';
import { limits } from '../../../shared/limits.ts';
import type { KnowledgeDocument } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import type { NewDocument } from '../../storage/repositories/documents.ts';
import { announceReading, queueNewDocument } from './queue-reading.ts';
import { type KnowledgeActor, recordKnowledgeChange } from './record-knowledge-change.ts';

type CreateDeps = Pick<Deps, 'storage' | 'bus' | 'config'>;

/** Adds a page, a site, a text or pairs, to be read at once. @throws NotFoundError `client` */
export async function createDocument(
  deps: CreateDeps,
  actor: KnowledgeActor,
  input: DocumentInput,
): Promise<KnowledgeDocument> {
  return addDocument(deps, actor, newDocument(input, deps.config));
}

/** Stores a new document of any kind with its job and its audit row, and tells of it. @throws NotFoundError `client` */
export async function addDocument(
  { storage, bus }: Pick<Deps, 'storage' | 'bus'>,
  actor: KnowledgeActor,
  input: NewDocument,
): Promise<KnowledgeDocument> {
  const { clientId } = actor.caller;
  const createdBy = actor.caller.kind === 'member' ? actor.caller.user.id : null;
  const document = await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const made = await queueNewDocument(own, { ...input, createdBy });
    const { id: targetId, kind, name } = made;
    await recordKnowledgeChange(own, actor, {
      action: 'document.created',
      targetType: 'document',
      targetId,
      details: { kind, name },
    });
    return made;
  });
  announceReading(bus, clientId, document);
  return document;
}

function newDocument(input: DocumentInput, { reading }: Pick<Deps['config'], 'reading'>): NewDocument {
  switch (input.kind) {
    case 'page':
      return { kind: 'page', name: input.name ?? nameOfAddress(input.url), url: input.url };
    case 'site': {
      const crawl = input.crawl ?? { pagesMax: reading.sitePagesMax, depthMax: limits.siteDepthMax };
      return { kind: 'site', name: input.name ?? nameOfAddress(input.url), url: input.url, crawl };
    }
    case 'text':
      return { kind: 'text', name: input.name, content: { text: input.text } };
    case 'qa':
      return { kind: 'qa', name: input.name, content: { pairs: input.pairs } };
  }
}

/** What a page is called until its title is known. */
export function nameOfAddress(url: string): string {
  const { host, pathname } = new URL(url);
  const name = pathname === '/' ? host : host + pathname;
  return name.slice(0, limits.nameCharsMax);
}
