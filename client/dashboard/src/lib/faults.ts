import type { Fault } from '../../../../shared/problems.ts';
import { ProblemError } from './problem.ts';

/** Faults by normalised JSON pointer (`/appearance/offsetX`), each with all its sentences joined. */
export type FaultMap = ReadonlyMap<string, string>;

export const noFaults: FaultMap = new Map();

/** A pointer as `/a/b`, also when it came as a URI fragment (`#/a/b`, percent-encoded); the body itself is ``. */
export function normalizePointer(pointer: string): string {
  if (!pointer.startsWith('#')) return pointer;
  const fragment = pointer.slice(1);
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/** The faults of an error answer that point into the body, by pointer. Faults of parameters are not included. */
export function faultsOf(error: unknown): FaultMap {
  const map = new Map<string, string>();
  if (!(error instanceof ProblemError)) return map;
  for (const fault of error.faults) {
    if (fault.pointer === undefined) continue;
    const pointer = normalizePointer(fault.pointer);
    const before = map.get(pointer);
    map.set(pointer, before ? `${before} ${fault.detail}` : fault.detail);
  }
  return map;
}

const isWithin = (pointer: string, field: string) => pointer === field || pointer.startsWith(`${field}/`);

/** What to show at a field: its own fault, or with `deep` also those of anything inside it, as for a list shown as one. */
export function faultAt(faults: FaultMap, field: string, options: { deep?: boolean } = {}): string | undefined {
  if (!options.deep) return faults.get(field);
  const sentences = [...faults].filter(([pointer]) => isWithin(pointer, field)).map(([, sentence]) => sentence);
  return sentences.length === 0 ? undefined : [...new Set(sentences)].join(' ');
}

/** The map without the faults at and inside a field, for when it is edited. */
export function withoutFaultsAt(faults: FaultMap, field: string): FaultMap {
  if (![...faults.keys()].some((pointer) => isWithin(pointer, field))) return faults;
  return new Map([...faults].filter(([pointer]) => !isWithin(pointer, field)));
}

/** The number of faults at or inside any of the fields. */
export function countFaultsAt(faults: FaultMap, fields: readonly string[]): number {
  return [...faults.keys()].filter((pointer) => fields.some((field) => isWithin(pointer, field))).length;
}

/**
 * The sentences that no field shows, for a notice above the form: faults outside of `fields`, faults of parameters, and
 * the problem's own sentence when it lists no faults at all.
 */
export function sentencesBeside(error: unknown, fields: readonly string[]): string[] {
  if (!(error instanceof ProblemError)) return error instanceof Error ? [error.message] : [];
  if (error.faults.length === 0) return [error.message];
  return error.faults.filter((fault) => !isShownAtField(fault, fields)).map(describe);
}

function isShownAtField(fault: Fault, fields: readonly string[]): boolean {
  if (fault.pointer === undefined) return false;
  const pointer = normalizePointer(fault.pointer);
  return fields.some((field) => isWithin(pointer, field));
}

function describe(fault: Fault): string {
  const where = fault.parameter ?? (fault.pointer === undefined ? '' : normalizePointer(fault.pointer).slice(1));
  return where === '' ? fault.detail : `${where}: ${fault.detail}`;
}
