import type { PassageHit } from '../../../storage/repositories/passages.ts';
import { analyze } from '../../../text/analyze.ts';
import { type Unit, unitsOf } from '../passage-units.ts';

/** Characters of an answer, its citation marks not counted. */
export const composedCharsMax = 600;
const charsOfFirstMax = 420;
const charsOfFurtherMax = 220;
const furtherPassagesMax = 2;
/** A passage with less than this share of the best one's score is left out. */
const furtherScoreMin = 0.7;
/** A sentence with less than this share of the passage's best sentence is not picked. */
const pickedScoreMin = 0.6;
/** A short section is quoted whole when its heading has at least this share of what the question's words count for. */
const headingShareMin = 0.6;
/** A written pair with at least this share of the best passage's score answers in its place. */
const pairScoreMin = 0.75;
/** A written pair answers as it is, up to this length. */
const pairCharsMax = 4_000;

interface Asked {
  /** The question, as it was searched for. */
  text: string;
  language: string;
  /** Best first. */
  hits: readonly PassageHit[];
  /** Whether the passage is the answer of a question-and-answer pair. */
  isPair(hit: PassageHit): boolean;
}

interface Candidate extends Unit {
  at: number;
  terms: Set<string>;
  score: number;
}

/**
 * Answers with the sentences of the best passages that hold the question's words: whole ones, in reading order, none
 * twice, each passage with the number it is cited by. Empty when no passage has a sentence to quote.
 */
export function composeAnswer({ text, language, hits, isPair }: Asked): { text: string; citations: number[] } {
  const [best] = hits;
  if (!best) return { text: '', citations: [] };
  // A person wrote it for this question, so it goes before what only mentions the same words.
  const pairAt = hits.findIndex((hit) => isPair(hit) && hit.score >= pairScoreMin * best.score);
  const pair = hits[pairAt];
  if (pair) {
    const number = pairAt + 1;
    return { text: withMark(pair.chunk.text.trim().slice(0, pairCharsMax), number), citations: [number] };
  }

  // Columns that tabs part are read as a row.
  const section = best.chunk.text.trim().replace(/\t+/g, ' – ');
  if (section.length <= composedCharsMax && isHeadedBy(best, text, language)) {
    return { text: withMark(section, 1), citations: [1] };
  }

  const parts: string[] = [];
  const citations: number[] = [];
  const said: Set<string>[] = [];
  let chars = 0;
  for (const [index, hit] of hits.entries()) {
    const isFirst = parts.length === 0;
    if (citations.length > furtherPassagesMax || hit.score < furtherScoreMin * best.score) break;
    const charsMax = Math.min(isFirst ? charsOfFirstMax : charsOfFurtherMax, composedCharsMax - chars);
    const weights = weightsOf(hit, text, language);
    const candidates = candidatesOf(hit, language, weights);
    const adds = isFirst || bringsNews(candidates, said, weights);
    const picked = adds ? pick(candidates, charsMax, said, isFirst) : [];
    if (picked.length === 0) continue;
    const part = join(picked, language);
    parts.push(withMark(part, index + 1));
    citations.push(index + 1);
    chars += part.length;
    said.push(...picked.map(({ terms }) => terms));
    if (chars >= composedCharsMax - 80) break;
  }
  return { text: parts.join('\n\n'), citations };
}

/** Whether the heading right above the passage, not only the document's title, asks or says what the question does. */
function isHeadedBy(hit: PassageHit, text: string, language: string): boolean {
  const { titlePath } = hit.chunk;
  const heading = titlePath.length > 1 ? titlePath.at(-1) : undefined;
  if (!heading) return false;
  const terms = new Set(analyze(heading, language).map(({ term }) => term));
  let [inHeading, all] = [0, 0];
  for (const [term, weight] of weightsOf(hit, text, language)) {
    all += weight;
    if (terms.has(term) || isWordOf(heading.toLowerCase(), term)) inHeading += weight;
  }
  return all > 0 && inHeading >= headingShareMin * all;
}

/** What each term of the question counts for. Without matches that say so, all alike. */
function weightsOf({ matches }: PassageHit, text: string, language: string): Map<string, number> {
  const weights = new Map(matches.map(({ term, weight }) => [term, Math.max(weight, 0)]));
  for (const { term } of analyze(text, language)) if (!weights.has(term)) weights.set(term, matches.length > 0 ? 0 : 1);
  return weights;
}

function candidatesOf({ chunk }: PassageHit, language: string, weights: Map<string, number>): Candidate[] {
  return unitsOf(chunk.text, language)
    .map((given, at) => {
      const unit = { ...given, text: bounded(given.text) };
      const terms = new Set(analyze(unit.text, language).map(({ term }) => term));
      const lower = unit.text.toLowerCase();
      let score = 0;
      for (const [term, weight] of weights) if (terms.has(term) || isWordOf(lower, term)) score += weight;
      return { ...unit, at, terms, score };
    })
    .filter(({ text }) => text.length > 1);
}

/** What has no end, as a row of numbers, is cut where it would fill the answer. */
function bounded(text: string): string {
  if (text.length <= composedCharsMax) return text;
  const cut = text.slice(0, composedCharsMax - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), composedCharsMax / 2)).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** For terms that are shown as words and not as they are indexed. */
function isWordOf(text: string, term: string): boolean {
  return term.length > 3 && text.includes(term);
}

/** Whether a further passage says something of the question that was not said yet. */
function bringsNews(candidates: Candidate[], said: Set<string>[], weights: Map<string, number>): boolean {
  return candidates.some(({ terms }) =>
    [...weights].some(([term, weight]) => weight > 0 && terms.has(term) && !said.some((one) => one.has(term))),
  );
}

function pick(all: Candidate[], charsMax: number, said: Set<string>[], withContext: boolean): Candidate[] {
  const usable = all.filter((one) => !isHeading(one, all) && !said.some((other) => isAlike(one.terms, other)));
  const ranked = [...usable].sort((a, b) => density(b) - density(a) || a.at - b.at);
  const [top] = ranked;
  if (!top) return [];
  const picked = new Map<number, Candidate>();
  let chars = 0;
  const take = (one: Candidate | undefined, upTo = charsMax): boolean => {
    if (!one || picked.has(one.at)) return false;
    if ([...picked.values()].some((other) => isAlike(one.terms, other.terms))) return false;
    if (picked.size > 0 && chars + one.text.length > upTo) return false;
    picked.set(one.at, one);
    chars += one.text.length;
    return true;
  };
  const unitAt = (at: number) => usable.find((one) => one.at === at);

  take(top);
  if (pointsBack(top)) take(unitAt(top.at - 1));
  takeList(top, all, take);
  for (const one of ranked.slice(1)) {
    if (top.score === 0 || density(one) < pickedScoreMin * density(top)) break;
    if (take(one)) takeList(one, all, take);
  }
  // A lone sentence says little: what follows it belongs to it.
  for (let at = top.at + 1; withContext && chars < charsMax / 2 && all[at]?.kind === 'sentence'; at += 1) {
    const next = unitAt(at);
    if (!next || !take(next)) break;
    takeList(next, all, take);
  }
  const inOrder = [...picked.values()].sort((a, b) => a.at - b.at);
  // A line that leads to something leads nowhere without it.
  const led = inOrder.filter((one) => !isLead(one) || picked.has(one.at + 1));
  return led.length > 0 ? led : inOrder;
}

/** Long sentences hold more words by their length alone. */
function density({ score, text }: Candidate): number {
  return score / Math.sqrt(1 + text.length / 240);
}

/** A list is kept together with the line that leads to it, and rows with the first one, as far as there is room. */
function takeList(one: Candidate, all: Candidate[], take: (other: Candidate | undefined, upTo?: number) => boolean) {
  if (!isLead(one) && !isListed(one)) return;
  let first = one.at;
  while (isListed(one) && all[first - 1]?.kind === one.kind) first -= 1;
  const lead = all[first - 1];
  if (isListed(one) && lead && isLead(lead)) take(lead, composedCharsMax);
  if (one.kind === 'row' && first !== one.at) return void take(all[first], composedCharsMax);
  const from = isLead(one) ? one.at + 1 : first;
  for (const next of all.slice(from)) {
    if (!isListed(next) && next.kind !== 'block') break;
    if (next.at !== one.at && !take(next, composedCharsMax)) break;
  }
}

const isLead = ({ kind, text }: Candidate) => kind === 'sentence' && /[:：]$/.test(text);
const isListed = ({ kind }: Candidate) => kind === 'item' || kind === 'row';

/** A sentence that makes no sense without the one before. */
function pointsBack({ text, kind }: Candidate): boolean {
  return (
    kind === 'sentence' &&
    !/[:：]$/.test(text) &&
    (text.length < 40 ||
      /^(it|this|that|these|those|they|then|so|er|sie|es|das|dies|diese|dieser|dann|il|elle|ils|elles|cela|ce|ces|esto|eso|este|esta|bu|bunlar|そのため|これ|それ|这|那)\b/iu.test(
        text,
      ))
  );
}

/** A short line without an end is a heading, which is no answer, unless there is nothing else. */
function isHeading({ kind, text, at }: Candidate, all: Candidate[]): boolean {
  return kind === 'sentence' && at === 0 && all.length > 1 && text.length < 80 && !/[.!?:。！？：…؟)”"»]$/.test(text);
}

function isAlike(a: Set<string>, b: Set<string>): boolean {
  if (a.size === 0 || b.size === 0) return false;
  let shared = 0;
  for (const term of a) if (b.has(term)) shared += 1;
  return shared / (a.size + b.size - shared) >= 0.7;
}

function join(units: Candidate[], language: string): string {
  const blank = language === 'ja' || language === 'zh' ? '' : ' ';
  return units.reduce((text, unit, index) => {
    const before = units[index - 1];
    if (!before) return unit.text;
    const sameLine = unit.kind === 'sentence' && before.kind === 'sentence';
    return text + (sameLine ? blank : '\n') + unit.text;
  }, '');
}

function withMark(text: string, number: number): string {
  return /```$/.test(text) ? `${text}\n[${number}]` : `${text} [${number}]`;
}
