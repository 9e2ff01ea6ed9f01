import { statfs } from 'node:fs/promises';
import { Gauge, type Registry } from 'prom-client';
import type { ProcessesState } from '../../events/connect-processes.ts';

export interface ProcessGauges {
  registry: Registry;
  processes(): ProcessesState | undefined;
  /** Where the server writes. */
  dataDir: string;
  storage(): { kind: string; ping(): Promise<void> };
}

/** How the process stands to what it needs: storage, the other processes, the disk. */
export function addProcessGauges({ registry, processes, dataDir, storage }: ProcessGauges): void {
  const registers = [registry];
  new Gauge({
    name: 'confab_storage_up',
    help: '1 while storage answers, 0 while it does not; by kind.',
    labelNames: ['kind'],
    registers,
    async collect() {
      const { kind } = storage();
      const up = await storage()
        .ping()
        .then(
          () => 1,
          () => 0,
        );
      this.reset();
      this.set({ kind }, up);
    },
  });
  new Gauge({
    name: 'confab_relay_connected',
    help: '1 while this process hears of what happens in others; 0 while that connection is lost.',
    registers,
    collect() {
      this.set(processes()?.connected === false ? 0 : 1);
    },
  });
  new Gauge({
    name: 'confab_relay_peers',
    help: 'How many other processes this one knows of.',
    registers,
    collect() {
      this.set(processes()?.peers ?? 0);
    },
  });
  new Gauge({
    name: 'confab_disk_free_ratio',
    help: 'Free share of the disk of the data folder, from 0 to 1.',
    registers,
    async collect() {
      const space = await statfs(dataDir).catch(() => undefined);
      if (space && space.blocks > 0) this.set(space.bavail / space.blocks);
    },
  });
}
