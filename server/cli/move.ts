import type { DoorLine } from '../moving/operator-door.ts';
import { readOperatorFile } from '../moving/operator-file.ts';
import { moveDatabase, releaseDatabase } from './move-database.ts';
import { CommandError, defineCommand, runAsProcess } from './run-command.ts';

export const move = defineCommand({
  name: 'db:move',
  summary: 'Moves all data: of a running server from its memory into a Postgres, or from a Postgres elsewhere.',
  details: [
    'From memory (DATABASE_URL is not set): the server goes on serving; only in the last step do requests wait, for seconds',
    'at most. When anything goes wrong it goes on in memory. Afterwards set DATABASE_URL, so that the next start finds the data.',
    'From the Postgres of DATABASE_URL: from then on nobody can write to it, whatever process; what is refused is sent again',
    'by browsers until the servers have been started where the data are. It takes about as long as db:export.',
    'A database that is moved to must be empty; its tables are created. Uploaded files stay in the file store.',
  ],
  options: {
    to: {
      type: 'text',
      placeholder: 'postgres://…|memory',
      help: 'Where to: a database as the server reaches it, or memory.',
    },
    copy: {
      type: 'flag',
      help: 'The Postgres of DATABASE_URL goes on as before: to try something, such as an upgrade, on a copy.',
    },
    release: { type: 'flag', help: 'Lets a Postgres that was moved away be used again, with what it held then.' },
  },
  async run({ options, config, console }) {
    const { to, copy, release } = options;
    if (release) return releaseDatabase(config, console);
    if (to === undefined)
      throw new CommandError('--to is missing: it is memory, or names a database as in postgres://….');
    if (config.databaseUrl !== undefined) return moveDatabase({ to, copy, config, console });
    if (to === 'memory') throw new CommandError('The data are in memory already, because DATABASE_URL is not set.');
    if (copy)
      throw new CommandError(
        '--copy is for data in a Postgres: write those in memory to a file with npm run db:export.',
      );
    const access = readOperatorFile(config.dataDir);
    if (access === undefined) {
      throw new CommandError(
        `No server has its data in memory and its data folder in ${config.dataDir}: start it, or use db:export and db:import.`,
      );
    }
    const response = await fetch(`http://127.0.0.1:${access.port}/move`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${access.token}` },
      body: JSON.stringify({ to }),
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
