import type { ExtractedPart, Heading, Limits } from './extracted.ts';
import { TextBudget, TextBuilder } from './text-builder.ts';

/** What every reader of a format is given. */
export interface Reading {
  /** The file's name, for titles and as a hint among kinds of text; never believed over the content. */
  name: string;
  mediaType: string | undefined;
  limits: Limits;
  budget: TextBudget;
  /** Sentences for the owner about what was left out. */
  warnings: string[];
  progress(done: number, total: number): void;
}

/** What every reader of a format gives back; parts are numbered by the caller. */
export interface ReadDocument {
  title: string | null;
  language: string | null;
  parts: Omit<ExtractedPart, 'number'>[];
}

/** A reading under the given limits. */
export function beginReading(file: {
  name: string;
  mediaType?: string | undefined;
  limits: Limits;
  progress?(done: number, total: number): void;
}): Reading {
  return {
    name: file.name,
    mediaType: file.mediaType,
    limits: file.limits,
    budget: new TextBudget(file.limits),
    warnings: [],
    progress: file.progress ?? (() => undefined),
  };
}

/** A part of its own for a whole document without pages. */
export function wholePart(title: string, builder: TextBuilder): Omit<ExtractedPart, 'number'> {
  return { title, page: null, url: null, text: builder.text, headings: builder.headings };
}

/** The file's name without its ending, for documents that do not name themselves. */
export function nameWithoutEnding(name: string): string {
  const base = name.replace(/^.*[\\/]/, '');
  return base.replace(/\.[A-Za-z0-9]{1,8}$/, '') || base;
}

/** The one heading of the highest level, which is a document's title in all but name; null where there are several. */
export function soleHeading(headings: Heading[]): string | null {
  const [first, second] = headings.filter(({ level }) => level === 1);
  return first && !second ? first.text : null;
}

export function newBuilder(reading: Reading): TextBuilder {
  return new TextBuilder(reading.budget);
}

/** As `Extracted.language` wants it: `de` of `de-DE` and `de_DE`; null for what is no language. */
export function languageOf(declared: string | null | undefined): string | null {
  const match = /^([a-z]{2,3})(?:[-_][a-z0-9]+)*$/i.exec(declared?.trim() ?? '');
  return match ? match[1]!.toLowerCase() : null;
}
