import { projectPath } from '../lib/paths.ts';
import { MIGRATIONS_FOLDER } from '../storage/database/migrate.ts';
import { CommandError, defineCommand, runAsProcess } from './run-command.ts';
import { writeMigration } from './write-migration.ts';

export const generate = defineCommand({
  name: 'db:generate',
  summary: 'Writes the migration for what has changed in shared/tables/ since the last one. For development.',
  details: ['Read the SQL it writes, and commit it together with the change. No database is needed.'],
  options: {
    name: { type: 'text', placeholder: 'NAME', help: 'What the migration does, as in add_widget_voice. Required.' },
    custom: { type: 'flag', help: 'An empty file, for SQL that drizzle-kit does not write.' },
  },
  async run({ options: { name, custom }, console }) {
    if (name === undefined) {
      throw new CommandError('The migration has no name: say what it does, as in --name add_widget_voice.');
    }
    if (!/^[a-z0-9]+(_[a-z0-9]+)*$/.test(name)) {
      throw new CommandError(`"${name}" cannot be a file's name: use small letters, digits and _ only.`);
    }
    const schema = projectPath('shared', 'tables', '*.ts');
    const written = await writeMigration({ name, custom, folder: MIGRATIONS_FOLDER, schema });
    if (written.length === 0) console.print('No changes: the migrations already make every table in shared/tables/.');
    for (const tag of written) console.print(`Wrote server/storage/database/migrations/${tag}.sql`);
  },
});

await runAsProcess(import.meta.url, generate);
