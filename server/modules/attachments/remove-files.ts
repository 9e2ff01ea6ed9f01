import type { Deps } from '../../deps.ts';

const atOnce = 8;

/**
 * Removes bytes that no row names any more, and answers the keys of those that could not be removed. Never rejects: that
 * there are such is told to the log.
 */
export async function removeFiles(
  { files, log }: Pick<Deps, 'files' | 'log'>,
  keys: readonly string[],
): Promise<string[]> {
  const left = [...keys];
  const failed: string[] = [];
  const work = async () => {
    for (let key = left.pop(); key !== undefined; key = left.pop()) {
      await files.remove(key).catch((error: unknown) => {
        if (failed.push(key) === 1) log.warn({ event: 'file.not-removed', err: error });
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, left.length) }, work));
  if (failed.length > 1) log.warn({ event: 'files.not-removed', count: failed.length });
  return failed;
}
