import type { Pool } from 'pg';
import type { Deps } from '../../deps.ts';
import type { ProcessesState } from '../../events/connect-processes.ts';
import type { ReplicaNumbers } from '../../storage/database/replica.ts';
import type { Check } from './check.ts';
import { databaseChecks } from './checks/database.ts';
import { deliveriesCheck } from './checks/deliveries.ts';
import { diskChecks } from './checks/disk.ts';
import { filesCheck } from './checks/files.ts';
import { mailCheck } from './checks/mail.ts';
import { modelChecks } from './checks/models.ts';
import { processesCheck } from './checks/processes.ts';
import { queueChecks } from './checks/queue.ts';
import { type ReachDeps, reachChecks } from './checks/reach.ts';
import { replicaCheck } from './checks/replica.ts';
import { sealedCheck } from './checks/sealed.ts';
import { settingsChecks } from './checks/settings.ts';
import { askingDatabase } from './checks/while-away.ts';

export interface ChecksDeps {
  deps: Pick<Deps, 'config' | 'secrets' | 'storage' | 'files' | 'now'>;
  /** Undefined: data are in memory. */
  pool: Pool | undefined;
  processes(): ProcessesState | undefined;
  replica?: (() => ReplicaNumbers | undefined) | undefined;
  reach: ReachDeps;
}

/** Everything an operator is told about a running server: one list for the page and for `npm run doctor`. */
export function createChecks({ deps, pool, processes, replica, reach }: ChecksDeps): Check[] {
  const { config, secrets, storage, files, now } = deps;
  const { fileStore, dataDir, jobs } = config;
  return [
    ...reachChecks(reach),
    ...settingsChecks(config, secrets),
    ...askingDatabase([
      ...(pool ? [...databaseChecks({ pool, now }), replicaCheck(() => replica?.())] : [memoryCheck(storage.kind)]),
      sealedCheck(storage, secrets.sealingKeys),
      processesCheck(processes, config.redisUrl),
      ...queueChecks({ queue: storage.queue, now, jobs, storage: storage.kind }),
      deliveriesCheck({ queue: storage.deliveryQueue, now, jobs }),
    ]),
    filesCheck(files, fileStore.kind),
    ...diskChecks({ data: dataDir, files: fileStore.kind === 'disk' ? fileStore.folder : undefined }),
    mailCheck(secrets.mailServer),
    ...modelChecks({ model: secrets.installationModel, embeddings: secrets.embeddings }),
  ];
}

function memoryCheck(kind: 'memory' | 'database'): Check {
  return {
    id: 'storage',
    title: 'Storage',
    async run() {
      if (kind === 'database')
        return {
          verdict: 'yellow',
          seen: 'The data were moved into a database while this process ran.',
          advice: 'Set DATABASE_URL and start the server anew.',
        };
      return {
        verdict: 'yellow',
        seen: 'Data is in memory: it is written to a file on an orderly stop, and lost when the process is killed.',
        advice: 'Move them into a Postgres without a stop: npm run db:move -- --to postgres://…',
      };
    },
  };
}
