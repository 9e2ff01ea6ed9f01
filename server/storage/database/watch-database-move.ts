import type pg from 'pg';
import type { Logger } from 'pino';
import { describeMove, readDatabaseMove } from './database-move.ts';

const lookEveryMs = 1_000;
/** A database that was restarted is looked at until it has been back for a while. */
const looksMax = 30;

/**
 * What is called when a connection was lost: a move ends all of them. Looks whether it was one, and says in the log, once
 * for each step, that nothing can be written here any more, or again.
 */
export function watchDatabaseMove(name: string, log: Logger): (pool: pg.Pool) => void {
  let looks = 0;
  let told = '';
  let isLooking = false;
  const look = async (pool: pg.Pool): Promise<void> => {
    looks += 1;
    try {
      const move = await readDatabaseMove(pool);
      const state = move?.state ?? '';
      if (state !== told) {
        if (move === undefined) log.warn({ event: 'database.released' }, `${name} can be written to again`);
        else log.error({ event: `database.${state}`, to: move.to }, describeMove(move, name));
        told = state;
      }
      if (state === 'moving') looks = 0;
    } catch {
      // It is away; whether it was moved is seen when it is back.
    }
    isLooking = false;
    if (looks < looksMax) soon(pool);
  };
  const soon = (pool: pg.Pool): void => {
    if (isLooking || pool.ending) return;
    isLooking = true;
    setTimeout(() => void look(pool), lookEveryMs).unref();
  };
  return (pool) => {
    looks = 0;
    soon(pool);
  };
}
