import type { ReplicaNumbers } from '../../../storage/database/replica.ts';
import { type Check, green, yellow } from '../check.ts';

const reasons = {
  behind: 'it has not replayed in time what the database has written',
  away: 'it cannot be reached, or is no replica of this database',
};

/** Whether the replica takes its share of the reads. Undefined numbers: there is none. */
export function replicaCheck(numbers: () => ReplicaNumbers | undefined): Check {
  return {
    id: 'database-replica',
    title: 'Replica',
    async run() {
      const now = numbers();
      if (!now) return green('No DATABASE_REPLICA_URL: the database answers everything.');
      const { state, readsOnReplica, readsOnPrimary } = now;
      const share = `${readsOnReplica} reads answered by it, ${readsOnPrimary} in its place by the database.`;
      if (state === 'up') return green(share);
      return yellow(
        `The database answers for it: ${reasons[state]}. ${share}`,
        'Look at pg_stat_replication, and at DATABASE_REPLICA_URL: reads return to it by themselves.',
      );
    },
  };
}
