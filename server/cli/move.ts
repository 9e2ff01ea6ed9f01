import type { DoorLine } from '../moving/operator-door.ts';
import { readOperatorFile } from '../moving/operator-file.ts';
import { CommandError, defineCommand, runAsProcess } from './run-command.ts';

export const move = defineCommand({
  name: 'db:move',
  summary: 'Moves the data of a running server from its memory into a Postgres, while it goes on serving.',
  details: [
    'The database must be empty; its tables are created. Only in the last step do requests wait, for seconds at most. When',
    'anything goes wrong the server goes on in memory. Afterwards set DATABASE_URL, so that the next start finds the data.',
    'Back into memory: db:export from the database, db:import without DATABASE_URL.',
  ],
  options: {
    to: { type: 'text', placeholder: 'postgres://…', help: 'The database, as the server reaches it. Must be given.' },
  },
  async run({ options, config, console }) {
    if (options.to === undefined) throw new CommandError('--to is missing: it names the database, as in postgres://….');
    const access = readOperatorFile(config.dataDir);
    if (access === undefined) {
      throw new CommandError(
        `No server has its data in memory and its data folder in ${config.dataDir}: start it, or use db:export and db:import.`,
      );
    }
    const response = await fetch(`http://127.0.0.1:${access.port}/move`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${access.token}` },
      body: JSON.stringify({ to: options.to }),
    });
    let done: string | undefined;
    for await (const line of linesOf(response.body!)) {
      if ('failed' in line) throw new CommandError(`${line.failed.replace(/\.$/, '')}. The server goes on as before.`);
      if ('say' in line) console.print(line.say);
      else done = line.done;
    }
    if (done === undefined) throw new CommandError('The server ended before it was done: look at what it says.');
    console.print(done);
  },
});

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<DoorLine> {
  const decoder = new TextDecoder();
  let waiting = '';
  for await (const part of body) {
    waiting += decoder.decode(part, { stream: true });
    const lines = waiting.split('\n');
    waiting = lines.pop()!;
    for (const line of lines) yield JSON.parse(line) as DoorLine;
  }
}

await runAsProcess(import.meta.url, move);
