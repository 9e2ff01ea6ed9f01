import { defaultLimits, type Extracted, type Limits } from './extracted.ts';
import { ReaderProcess } from './reader-process.ts';

/**
 * Reads a document in a process of its own, which is ended when a limit is passed or the signal aborts. What the file is
 * is told by its content; the name is a hint among kinds of text and a title for want of a better one.
 * @throws ExtractionError for anything wrong with the file, limits included; the signal's reason when aborted.
 */
export async function extract(
  file: { path: string; name: string; mediaType?: string },
  options: { signal: AbortSignal; limits?: Partial<Limits>; progress?(done: number, total: number): void },
): Promise<Extracted> {
  const reader = new ReaderProcess({ ...defaultLimits, ...options.limits });
  try {
    const { page: _, ...extracted } = await reader.read(
      { source: { path: file.path }, name: file.name, mediaType: file.mediaType },
      { signal: options.signal, progress: options.progress },
    );
    return extracted;
  } finally {
    reader.close();
  }
}
