import { createFileStore } from '../files/create-file-store.ts';
import { systemEnvironment } from '../lib/clock-and-ids.ts';
import { createPasswords } from '../lib/passwords.ts';
import { demoCredentials } from '../modules/demo/demo-credentials.ts';
import { seedDemo } from '../modules/demo/seed-demo.ts';
import { openDatabaseStorage } from '../storage/database/database-storage.ts';
import { requireCurrentSchema } from './describe-database.ts';
import { withDatabase } from './open-database.ts';
import { CommandError, defineCommand, runAsProcess } from './run-command.ts';

export const seed = defineCommand({
  name: 'db:seed',
  summary: 'Makes a demo client with an owner, a widget, an API key and a few conversations. For development.',
  details: [
    'What is there already is left as it is. Refused in production, since its password and key are known to all.',
  ],
  options: {},
  async run({ config, console }) {
    if (config.production) throw new CommandError('It is refused in production, and NODE_ENV is production.');
    await withDatabase(config, async (database) => {
      await requireCurrentSchema(database, console);
      const storage = await openDatabaseStorage({ ...database.pool, env: systemEnvironment });
      try {
        // A store beyond this machine has keys, which commands do not know.
        const files = config.fileStore.kind === 'disk' ? await createFileStore(config, {}) : undefined;
        const info = await seedDemo({ storage, files, passwords: createPasswords(), ...systemEnvironment });
        console.print(
          info.created
            ? `Made the demo client in ${database.name}, with ${info.conversations} conversations.`
            : `The demo client is in ${database.name} already. Nothing was changed.`,
        );
      } finally {
        await storage.close();
      }
      console.print(`  Sign in:     ${demoCredentials.email} / ${demoCredentials.password}`);
      console.print(`  API key:     ${demoCredentials.apiKey}   (header x-org-key)`);
      console.print(`  Widget key:  ${demoCredentials.widgetKey}   (data-widget)`);
    });
  },
});

await runAsProcess(import.meta.url, seed);
