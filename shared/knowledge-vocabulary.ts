/** The words of knowledge, jobs and answers, shared by tables, contracts and screens. */
export const documentKinds = ['file', 'page', 'site', 'text', 'qa'] as const;
export const documentStatuses = [
  'queued',
  'fetching',
  'extracting',
  'chunking',
  'indexing',
  'ready',
  'failed',
] as const;
export const jobKinds = ['ingest', 'answer', 'retain', 'removeFiles', 'embed'] as const;
/**
 * What came of a visitor's question: answered; not known, and said so; the engine failed and another one answered; no
 * engine answered; a person was talking already.
 */
export const answerOutcomes = ['answered', 'unknown', 'fallback', 'failed', 'silent'] as const;
export const answerEngines = ['knowledge', 'llm', 'webhook'] as const;
export const webhookCallOutcomes = ['answered', 'later', 'failed'] as const;

/**
 * The search must be this sure, from 0 to 1, that its passages hold the answer; below, the assistant says that it does
 * not know. See `docs/answers.md`.
 */
export const knownFrom = 0.5;

export type DocumentKind = (typeof documentKinds)[number];
export type DocumentStatus = (typeof documentStatuses)[number];
export type JobKind = (typeof jobKinds)[number];
export type AnswerOutcome = (typeof answerOutcomes)[number];
export type AnswerEngine = (typeof answerEngines)[number];
export type WebhookCallOutcome = (typeof webhookCallOutcomes)[number];

/** How far a site is read. */
export interface CrawlLimits {
  /** Pages read at most. */
  pagesMax: number;
  /** Links followed from the first page at most. */
  depthMax: number;
}

/** What the owner wrote instead of uploading it: the text of a `text`, the pairs of a `qa`. */
export interface WrittenContent {
  text?: string;
  pairs?: { question: string; answer: string }[];
}

/** A passage as it stood when an answer was made of it. `number` is what the answer's text cites, from 1. */
export interface UsedPassage {
  number: number;
  chunkId: string;
  documentId: string;
  documentName: string;
  titlePath: string[];
  page: number | null;
  url: string | null;
  text: string;
  score: number;
  /** Whether the answer cites it. */
  cited: boolean;
}

/** One try of one engine on the way to an answer. */
export interface AnswerStep {
  engine: AnswerEngine;
  durationMs: number;
  /** In plain words, when it did not answer. */
  failure: string | null;
  /** In plain words, what else is to be known of it. */
  note?: string;
}
