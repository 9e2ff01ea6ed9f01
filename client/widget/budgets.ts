import { gzipSync } from 'node:zlib';

/** Bytes after gzip that a visitor may be made to download. */
export const budgets = {
  /** What a page pays on which nobody chats. */
  loader: 3_000,
  /** Everything it takes to chat: loader, frame, styles, socket, the largest language. */
  total: 30_000,
} as const;

export interface Weight {
  name: string;
  bytes: number;
  gzipped: number;
  /** Part of what it takes to chat. */
  counts: boolean;
}

export const weigh = (name: string, content: string, counts = true): Weight => ({
  name,
  bytes: Buffer.byteLength(content),
  gzipped: gzipSync(content).length,
  counts,
});

export interface Verdict {
  /** One line per file, then the sums against their budgets. */
  table: string;
  /** One sentence per budget that does not hold. */
  excesses: string[];
}

/** Holds the files of a build against the budgets. The loader is the file named `loader.js`. */
export function judge(weights: readonly Weight[]): Verdict {
  const loader = weights.find((weight) => weight.name === 'loader.js')?.gzipped ?? 0;
  const total = weights.filter((weight) => weight.counts).reduce((sum, weight) => sum + weight.gzipped, 0);
  const row = (name: string, bytes: number | string, gzipped: number, note: string) =>
    `${name.padEnd(28)}${`${bytes}`.padStart(9)}${`${gzipped}`.padStart(9)}  ${note}`.trimEnd();
  const lines = [
    `${'file'.padEnd(28)}${'bytes'.padStart(9)}${'gzipped'.padStart(9)}`,
    ...weights.map(({ name, bytes, gzipped, counts }) =>
      row(name, bytes, gzipped, counts ? '' : 'only where asked for'),
    ),
    row('a page that nobody chats on', '', loader, `of ${budgets.loader}`),
    row('everything it takes to chat', '', total, `of ${budgets.total}`),
  ];
  const excesses: string[] = [];
  if (loader > budgets.loader) excesses.push(`The loader weighs ${loader} bytes, ${budgets.loader} are allowed.`);
  if (total > budgets.total) excesses.push(`The chat weighs ${total} bytes, ${budgets.total} are allowed.`);
  return { table: lines.join('\n'), excesses };
}
