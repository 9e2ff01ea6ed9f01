import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ClientId } from '../../shared/ids.ts';
import { withProgress } from '../moving/progress.ts';
import { readAll } from '../moving/target.ts';
import { writeExport } from '../moving/write-export.ts';
import type { IStorage } from '../storage/storage.ts';
import { withHouse } from './open-house.ts';
import { CommandError, defineCommand, runAsProcess } from './run-command.ts';

export const exportCommand = defineCommand({
  name: 'db:export',
  summary: 'Writes the whole installation, or one client, to one compressed file with a checksum.',
  details: [
    'The server may go on working: what is written is what was there when it began. The same data make the same bytes.',
    'The file holds passwords (as hashes), sign-in sessions and all that was said: only its owner can read it.',
    'One client travels with the accounts of its members, and without sign-in sessions.',
  ],
  argument: { placeholder: 'FILE', help: 'Where to write it. A file that is there is replaced.' },
  options: {
    client: { type: 'text', placeholder: 'ID', help: 'This client alone, by its id or its exact name.' },
    files: {
      type: 'text',
      placeholder: 'include|skip',
      help: 'Whether uploaded files are written too. Default: include.',
    },
  },
  async run({ options, argument, config, secrets, console }) {
    const files = filesOption(options.files);
    const path = resolve(argument);
    await checkPath(path);
    await withHouse({ config, secrets: secrets(), console }, async (house, name) => {
      const clientId = options.client === undefined ? undefined : await findClient(house.storage, options.client);
      const { counts, missingFiles } = await withProgress(console.print, (progress) =>
        writeExport(house, { path, clientId, files, progress }),
      );
      printCounts(counts, (line) => console.print(line));
      for (const one of missingFiles.slice(0, 20))
        console.print(`  missing  the file of ${one} is not in the file store`);
      if (missingFiles.length > 20) console.print(`  missing  ${missingFiles.length - 20} more`);
      console.print(`Wrote ${path} from ${name}.`);
    });
  },
});

/** A line for each table. */
export function printCounts(counts: Record<string, number>, print: (line: string) => void): void {
  const width = Math.max(...Object.values(counts).map((count) => String(count).length), 1);
  for (const [table, count] of Object.entries(counts)) print(`  ${String(count).padStart(width)}  ${table}`);
}

/** Before the work of an hour rather than after it. */
async function checkPath(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory())
    throw new CommandError(`${path} is a folder: name a file in it.`);
  await access(dirname(path), constants.W_OK).catch(() => {
    throw new CommandError(`${dirname(path)} is no folder that this account may write to: make it, or name another.`);
  });
}

function filesOption(given: string | undefined): 'include' | 'skip' {
  if (given === undefined || given === 'include' || given === 'skip') return given ?? 'include';
  throw new CommandError(`--files is "${given}" and can be include or skip.`);
}

async function findClient(storage: IStorage, wanted: string): Promise<ClientId> {
  const clients = await readAll(storage, 'clients');
  const found = clients.filter(({ id, name }) => id === wanted.toLowerCase() || name === wanted);
  if (found.length === 1) return found[0]!.id as ClientId;
  if (found.length === 0) throw new CommandError(`There is no client with the id or name "${wanted}".`);
  throw new CommandError(
    `${found.length} clients are called "${wanted}": name one by its id (${found.map(({ id }) => id).join(', ')}).`,
  );
}

await runAsProcess(import.meta.url, exportCommand);
