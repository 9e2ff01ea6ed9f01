export interface DocumentSearch {
  /** The part that is shown; left out: the first, or the one of the passage that the address names. */
  part?: number;
}

export function readDocumentSearch(raw: Record<string, unknown>): DocumentSearch {
  const part = Number(raw.part);
  return Number.isInteger(part) && part > 0 ? { part } : {};
}

/** The passage that an address names, as in `#chunk=0199…`; null for none. */
export function soughtChunk(hash: string): string | null {
  return /^#?chunk=([\w-]+)$/.exec(hash)?.[1] ?? null;
}

export interface PlaygroundSearch {
  /** A question to ask at once. */
  q?: string;
  /** Asked as this widget would. */
  widget?: string;
}

export function readPlaygroundSearch(raw: Record<string, unknown>): PlaygroundSearch {
  return {
    ...(typeof raw.q === 'string' && raw.q !== '' && { q: raw.q }),
    ...(typeof raw.widget === 'string' && raw.widget !== '' && { widget: raw.widget }),
  };
}
