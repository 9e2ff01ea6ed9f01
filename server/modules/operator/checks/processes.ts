import type { ProcessesState } from '../../../events/connect-processes.ts';
import { type Check, green, red, yellow } from '../check.ts';

/** Whether what happens in other processes is heard here. `redisUrl` as configured. */
export function processesCheck(state: () => ProcessesState | undefined, redisUrl: string | undefined): Check {
  return {
    id: 'processes',
    title: redisUrl === undefined ? 'Events of other processes' : 'Events of other processes, through Redis',
    async run() {
      const now = state();
      if (!now || now.by === 'nothing') return green('This storage has one process.');
      if (now.by === 'looking')
        return yellow(
          'A pooler stands before the database: what happens elsewhere is noticed up to a second later.',
          'Name the database itself in DATABASE_DIRECT_URL, or a Redis in REDIS_URL.',
        );
      const way = now.by === 'redis' ? 'Redis' : 'LISTEN and NOTIFY';
      if (!now.connected)
        return red(
          `The connection for ${way} is lost, and is tried again.`,
          now.by === 'redis'
            ? 'Look at the Redis of REDIS_URL.'
            : 'Look at the database, and at whatever ends long connections to it.',
        );
      return green(`${way}; ${now.peers} other ${now.peers === 1 ? 'process' : 'processes'}.`);
    },
  };
}
