import { withProgress } from '../moving/progress.ts';
import { verifyHouse } from '../moving/verify-house.ts';
import { printCounts } from './export.ts';
import { withHouse } from './open-house.ts';
import { CommandError, defineCommand, runAsProcess } from './run-command.ts';

export const verify = defineCommand({
  name: 'db:verify',
  summary: 'Looks at every row and every file, as after a backup was restored. Changes nothing.',
  details: [
    'Rows by table; messages without gaps in their numbers; what conversations say of their messages; that what rows refer',
    'to is there; that uploaded files are in the file store, whole. Fails when something is not as it should be.',
  ],
  options: {},
  async run({ config, secrets, console }) {
    await withHouse({ config, secrets: secrets(), console }, async (house, name) => {
      const { counts, faults, faultCount } = await withProgress(console.print, (progress) =>
        verifyHouse(house, progress),
      );
      printCounts(counts, (line) => console.print(line));
      for (const fault of faults) console.print(`  wrong  ${fault}`);
      if (faultCount > faults.length) console.print(`  wrong  ${faultCount - faults.length} more`);
      if (faultCount > 0) {
        throw new CommandError(
          `In ${name} ${faultCount === 1 ? 'one thing is not as it should be' : `${faultCount} things are not as they should be`}. ` +
            'Bring back files from the backup of the file store, rows from one of the database (docs/self-hosting.md, Backups).',
        );
      }
      console.print(`Everything in ${name} is as it should be.`);
    });
  },
});

await runAsProcess(import.meta.url, verify);
