import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A set of passages with questions of which it is known which passages answer them. */
export interface RetrievalSet {
  corpus: { id: string; title: string; text: string }[];
  queries: { id: string; text: string }[];
  /** By question, then by passage: how well it answers, from 0. */
  grades: Map<string, Map<string, number>>;
  /** Questions that no passage answers. */
  unanswerable: { id: string; text: string }[];
}

/** The set in a folder is not of the form it should be. The message names the file and the line. */
export class SetError extends Error {
  override readonly name = 'SetError';
}

/**
 * Reads `corpus.jsonl` ({id, title, text}; the title may be left out), `queries.jsonl` ({id, text}), `qrels.tsv` (a
 * header; question, passage, grade) and, if there, `unanswerable.jsonl` ({id, text}).
 * @throws SetError
 */
export function readRetrievalSet(folder: string): RetrievalSet {
  const corpus = readLines(folder, 'corpus.jsonl').map(({ id, text, title }) => ({ id, text, title: title ?? '' }));
  const grades: RetrievalSet['grades'] = new Map();
  const [, ...rows] = read(folder, 'qrels.tsv').split(/\r?\n/);
  for (const [at, row] of rows.entries()) {
    if (row.trim() === '') continue;
    const [query, passage, grade] = row.split('\t');
    if (query === undefined || passage === undefined || Number.isNaN(Number(grade))) {
      throw new SetError(`${join(folder, 'qrels.tsv')}, line ${at + 2}: not "question, passage, grade" parted by tabs`);
    }
    const ofQuery = grades.get(query) ?? new Map<string, number>();
    grades.set(query, ofQuery.set(passage, Number(grade)));
  }
  const hasUnanswerable = existsSync(join(folder, 'unanswerable.jsonl'));
  return {
    corpus,
    queries: readLines(folder, 'queries.jsonl'),
    grades,
    unanswerable: hasUnanswerable ? readLines(folder, 'unanswerable.jsonl') : [],
  };
}

function read(folder: string, file: string): string {
  const path = join(folder, file);
  if (!existsSync(path)) throw new SetError(`${path} is missing`);
  return readFileSync(path, 'utf8');
}

function readLines(folder: string, file: string): { id: string; text: string; title?: string }[] {
  return read(folder, file)
    .split(/\r?\n/)
    .flatMap((line, at) => {
      if (line.trim() === '') return [];
      const value = parse(line);
      if (typeof value?.id !== 'string' || typeof value.text !== 'string') {
        throw new SetError(`${join(folder, file)}, line ${at + 1}: not an object with the texts "id" and "text"`);
      }
      return [value];
    });
}

function parse(line: string): { id: string; text: string; title?: string } | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** How good a list of passages is for one question. */
export interface Quality {
  ndcg: number;
  recall: number;
  reciprocalRank: number;
}

/** Of the first `depth` of a list; undefined when no passage answers the question. Grades of 0 and below are misses. */
export function qualityOf(
  ranked: readonly string[],
  grades: ReadonlyMap<string, number>,
  depth = 10,
): Quality | undefined {
  const good = [...grades].filter(([, grade]) => grade > 0);
  if (good.length === 0) return undefined;
  const gains = ranked.slice(0, depth).map((id) => Math.max(0, grades.get(id) ?? 0));
  const discounted = (list: number[]) => list.reduce((sum, gain, at) => sum + gain / Math.log2(at + 2), 0);
  const ideal = good
    .map(([, grade]) => grade)
    .sort((a, b) => b - a)
    .slice(0, depth);
  const first = gains.findIndex((gain) => gain > 0);
  return {
    ndcg: discounted(gains) / discounted(ideal),
    recall: gains.filter((gain) => gain > 0).length / good.length,
    reciprocalRank: first < 0 ? 0 : 1 / (first + 1),
  };
}

/** The value below which so large a share lies; 0 of an empty list. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
