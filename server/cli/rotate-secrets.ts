import { loadConfig } from '../config.ts';
import { createSealing } from '../lib/sealing.ts';
import { rotateSecrets } from '../modules/secrets/rotate-secrets.ts';
import { withHouse } from './open-house.ts';
import { CommandError, defineCommand, runAsProcess } from './run-command.ts';

export const rotate = defineCommand({
  name: 'secrets:rotate',
  summary:
    'Seals every stored secret anew with the first ENCRYPTION_KEY, so that the others can be taken off the list.',
  details: [
    'Put the new key first in ENCRYPTION_KEY, start the servers with it, run this, then take the old key away. Sign-ins',
    'are not touched: those hang on SESSION_SECRET, whose list works the same way without a command.',
  ],
  options: {},
  async run({ config, secrets, console }) {
    const sealing = createSealing(loadConfig().secrets.sealingKeys);
    await withHouse({ config, secrets: secrets(), console }, async ({ storage }, name) => {
      const { sealed, lost } = await rotateSecrets(storage, sealing);
      console.print(`${sealed} secrets in ${name} are sealed with the first key.`);
      for (const what of lost) console.print(`  cannot be opened  ${what}`);
      if (lost.length > 0) throw new CommandError('Keep every old key until nothing is left that only it opens.');
    });
  },
});

await runAsProcess(import.meta.url, rotate);
