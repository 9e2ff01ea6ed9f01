import type { Deps } from '../../deps.ts';

const atOnce = 8;

/**
 * Removes bytes that no row names any more, and answers whether all are gone. Never rejects: what cannot be removed is
 * told to the log.
 */
export async function removeFiles(
  { files, log }: Pick<Deps, 'files' | 'log'>,
  keys: readonly string[],
): Promise<boolean> {
  const left = [...keys];
  let failed = 0;
  const work = async () => {
    for (let key = left.pop(); key !== undefined; key = left.pop()) {
      await files.remove(key).catch((error: unknown) => {
        if (failed++ === 0) log.warn({ event: 'file.not-removed', err: error });
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, left.length) }, work));
  if (failed > 1) log.warn({ event: 'files.not-removed', count: failed });
  return failed === 0;
}
