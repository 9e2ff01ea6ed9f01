import { resolve } from 'node:path';
import { checkExport } from '../moving/check-export.ts';
import { importExport } from '../moving/import-export.ts';
import { withProgress } from '../moving/progress.ts';
import { printCounts } from './export.ts';
import { withHouse } from './open-house.ts';
import { defineCommand, runAsProcess } from './run-command.ts';

export const importCommand = defineCommand({
  name: 'db:import',
  summary: 'Stores what db:export has written. All of it, or nothing.',
  details: [
    'The file is read whole and checked before anything is changed. Without options the installation must be empty, or, for',
    'a file with one client, must not have that client. Stop the server before an import with --replace.',
    'Secrets that are sealed with ENCRYPTION_KEY or SESSION_SECRET can be opened only where these are the same.',
  ],
  argument: { placeholder: 'FILE', help: 'What db:export wrote.' },
  options: {
    check: { type: 'flag', help: 'Checks the file, prints what is in it, and changes nothing.' },
    replace: {
      type: 'flag',
      help: 'What is there goes first: everything, or with --merge the clients that are in the file.',
    },
    merge: {
      type: 'flag',
      help: 'Adds the clients to those that are there. People with the same address are one person.',
    },
  },
  async run({ options, argument, config, secrets, console }) {
    const path = resolve(argument);
    const { check, ...how } = options;
    if (check) {
      const { counts } = await withProgress(console.print, (progress) => checkExport(path, progress));
      printCounts(counts, (line) => console.print(line));
      console.print(`${path} is whole, and can be imported.`);
      return;
    }
    await withHouse({ config, secrets: secrets(), console }, async (house, name) => {
      const { checked, stored } = await withProgress(console.print, (progress) =>
        importExport(house, { path, ...how, progress }),
      );
      printCounts(stored, (line) => console.print(line));
      const left = Object.entries(checked.counts).filter(([table, count]) => (stored[table] ?? 0) < count);
      for (const [table, count] of left) {
        console.print(`  ${count - (stored[table] ?? 0)} of ${table} were left as they are here, or left out`);
      }
      if (checked.header.files === 'skip') {
        console.print('The file was written without uploaded files: bring them along by copying the file store.');
      }
      console.print(`Stored ${path} in ${name}. Check it with npm run db:verify.`);
    });
  },
});

await runAsProcess(import.meta.url, importCommand);
