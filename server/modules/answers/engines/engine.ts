import type { ClientId } from '../../../../shared/ids.ts';
import type { Visitor, Widget } from '../../../../shared/schema.ts';
import type { PassageHit } from '../../../storage/repositories/passages.ts';
import type { AnswerLanguage } from '../answer-language.ts';

/** An entry of the thread before the question. */
export interface Turn {
  role: 'visitor' | 'assistant' | 'agent';
  text: string;
}

/** A visitor's question with all that an engine may know. Nothing of another client can be in it. */
export interface Question {
  clientId: ClientId;
  widget: Widget;
  conversationId: string;
  messageId: string;
  /** As the visitor wrote it. */
  text: string;
  /** In which it is to be answered. */
  language: AnswerLanguage;
  /** What was said before, earliest first. */
  history: Turn[];
  visitor: Pick<Visitor, 'id' | 'name' | 'locale' | 'pageUrl'> | undefined;
  /** Best first; an answer cites them by number, counted from 1. */
  passages: PassageHit[];
  /** How sure the search is that they hold the answer, from 0 to 1; null: nothing was searched. */
  confidence: number | null;
  /** Set when only the owner asks: nothing is kept of it. */
  isTrial: boolean;
}

/** Where an engine writes while it is at it. What it returns in the end counts. */
export interface Sink {
  /** Adds to what is written so far. */
  text(delta: string): void;
}

/** What a model was asked for and what it cost. */
export interface ModelUse {
  model: string;
  promptVersion: string;
  tokensIn: number;
  tokensOut: number;
  /** Millionths of the currency in which the prices were entered. */
  costMicros: number;
}

/** `use` is there whenever a model was asked, also when nothing came of it. Reasons are sentences for the owner. */
export type EngineAnswer =
  | { kind: 'answered'; text: string /** Numbers of the passages. */; citations: number[]; use?: ModelUse | undefined }
  /** It does not know. */
  | { kind: 'unknown'; use?: ModelUse | undefined }
  /** The answer comes another way, later. */
  | { kind: 'later' }
  | { kind: 'failed'; reason: string; use?: ModelUse | undefined };

/**
 * Answers questions. Whatever is on the other side does, `answer` ends within the engine's deadline and never rejects,
 * save with the signal's reason once that has fired. Asked twice, it may answer twice: that only one answer is given is
 * the caller's business.
 */
export interface Engine {
  answer(question: Question, sink: Sink, signal: AbortSignal): Promise<EngineAnswer>;
}
