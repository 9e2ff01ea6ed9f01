import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FileStore } from '../../files/file-store.ts';
import { projectPath } from '../../lib/paths.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { queueNewDocument } from '../knowledge/queue-reading.ts';

/** A page of Confab's documentation, its bytes already in the file store. */
export interface DemoDocument {
  name: string;
  key: string;
  sizeBytes: number;
}

/** Puts what Confab's documentation says into the file store; nothing where there is no documentation. */
export async function storeDemoDocuments(files: FileStore): Promise<DemoDocument[]> {
  const documents: DemoDocument[] = [];
  for (const path of await documentationPaths()) {
    const bytes = await readFile(path);
    const stored = await files.put(Readable.from([bytes]));
    documents.push({ ...stored, name: titleOf(bytes.toString('utf8')) ?? path.split(/[/\\]/).pop() ?? path });
  }
  return documents;
}

/** Makes a document of each, to be read as soon as a process takes the jobs. Call it with the storage of a transaction. */
export async function createDemoDocuments(client: ClientStorage, documents: readonly DemoDocument[]): Promise<void> {
  for (const { name, key, sizeBytes } of documents) {
    await queueNewDocument(client, { kind: 'file', name, mediaType: 'text/markdown', sizeBytes, storageKey: key });
  }
}

/** Read first, so that whoever asks a moment after the first start has the short answers. */
const firstPage = 'questions.md';
/** Lists of names that nobody asks for, with words of many questions. */
const leftOut = ['dependencies.md', 'licences.md'];

async function documentationPaths(): Promise<string[]> {
  const folder = projectPath('docs');
  const names = await readdir(folder).catch(() => []);
  const pages = names.filter((name) => name.endsWith('.md') && !leftOut.includes(name)).sort();
  const ordered = [...pages.filter((name) => name === firstPage), ...pages.filter((name) => name !== firstPage)];
  return ordered.map((name) => join(folder, name));
}

function titleOf(markdown: string): string | undefined {
  return /^# +(.+?)\s*$/m.exec(markdown)?.[1]?.slice(0, 200);
}
