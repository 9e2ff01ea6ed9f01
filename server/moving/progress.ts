/** Hears how far a long piece of work is. */
export interface Progress {
  /** What is done from now on, as in `checking the file`. Counting begins anew. */
  step(what: string): void;
  /** So many more rows of a table are done. */
  rows(table: string, count: number): void;
}

/** For work that nobody waits for. */
export const unheard: Progress = { step() {}, rows() {} };

const firstMs = 1_000;
const gapMsMax = 30_000;

/**
 * Does `work` and prints meanwhile how far it is, so that whoever waits knows that it goes on: after a second for the first
 * time, then ever more rarely, at least twice a minute. Work that is done sooner prints nothing.
 */
export async function withProgress<T>(
  print: (line: string) => void,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  const startedAt = Date.now();
  let [doing, table, rows] = ['working', '', 0];
  const tell = () => {
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    const done = rows === 0 ? '' : `, ${rows.toLocaleString('en')} rows so far, now ${table}`;
    print(`  ${seconds} s: ${doing}${done}`);
  };
  let gapMs = firstMs;
  const tellAndWait = () => {
    tell();
    timer = setTimeout(tellAndWait, gapMs);
    gapMs = Math.min(gapMs * 2, gapMsMax);
  };
  let timer = setTimeout(tellAndWait, firstMs);
  try {
    return await work({
      step(what) {
        [doing, table, rows] = [what, '', 0];
      },
      rows(name, count) {
        table = name;
        rows += count;
      },
    });
  } finally {
    clearTimeout(timer);
  }
}
