import { limits } from '../../../shared/limits.ts';
import type { KnowledgeDocument } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import { removeFiles } from '../attachments/remove-files.ts';
import { addDocument } from './create-document.ts';
import type { KnowledgeActor } from './record-knowledge-change.ts';

interface Upload {
  /** As the sender calls it. */
  name: string;
  bytes: AsyncIterable<Uint8Array>;
  /** As the sender announces it; undefined: not. */
  announcedBytes: number | undefined;
}

/**
 * Keeps the bytes of a file, then adds it as a document to be read at once. Whatever goes wrong on the way, no bytes stay
 * behind. @throws HttpProblem `body-too-large`, `file-refused`, and what reading the bytes throws
 */
export async function addFile(
  deps: Pick<Deps, 'storage' | 'bus' | 'files' | 'config' | 'log'>,
  actor: KnowledgeActor,
  { name, bytes, announcedBytes }: Upload,
): Promise<KnowledgeDocument> {
  const { fileBytesMax } = deps.config.reading;
  if (announcedBytes !== undefined && announcedBytes > fileBytesMax) throw tooLarge(fileBytesMax);
  const { key, sizeBytes } = await deps.files.put(bounded(bytes, fileBytesMax));
  try {
    return await addDocument(deps, actor, { kind: 'file', name: baseName(name), sizeBytes, storageKey: key });
  } catch (error) {
    await removeFiles(deps, [key]);
    throw error;
  }
}

/** The same bytes. Rejects when there are none or too many. */
async function* bounded(bytes: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const part of bytes) {
    length += part.length;
    if (length > bytesMax) throw tooLarge(bytesMax);
    yield part;
  }
  if (length === 0) throw new HttpProblem('file-refused', 'The file is empty.');
}

function tooLarge(bytesMax: number): HttpProblem {
  return new HttpProblem('body-too-large', `A document may have at most ${Math.floor(bytesMax / 1_000_000)} MB.`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to go
const unprintable = /[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** The name without folders, and without characters that are not seen or turn what follows around. */
function baseName(given: string): string {
  const name = (given.normalize('NFC').split(/[/\\]/).pop() ?? '').replace(unprintable, '').replace(/\s+/g, ' ').trim();
  return name === '' ? 'file' : name.slice(0, limits.nameCharsMax).replace(/[\ud800-\udbff]$/, '');
}
