import type { Extracted, ExtractedPart, Limits } from './extracted.ts';
import type { PageFacts } from './read-html.ts';

/** A file for the reading process. */
export interface ReadRequest {
  source: { path: string } | { bytes: Uint8Array };
  name: string;
  mediaType?: string | undefined;
  /** The file came from the web: addresses in it are relative to this one. */
  web?: { url: string; charset: string | undefined } | undefined;
  limits: Limits;
}

/** What the reading process answers: parts one by one, then how it ended. */
export type ReaderMessage =
  | { type: 'progress'; done: number; total: number }
  | { type: 'part'; part: ExtractedPart }
  | { type: 'done'; rest: Omit<Extracted, 'parts'>; page: PageFacts | undefined }
  | { type: 'failed'; reason: string };
