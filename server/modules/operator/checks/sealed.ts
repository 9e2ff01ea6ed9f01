import { createSealing } from '../../../lib/sealing.ts';
import type { IStorage } from '../../../storage/storage.ts';
import { countLostSecrets } from '../../secrets/lost-secrets.ts';
import { type Check, green, red } from '../check.ts';

/** Whether ENCRYPTION_KEY and SESSION_SECRET still open what was sealed with them. */
export function sealedCheck(storage: IStorage, sealingKeys: readonly Buffer[]): Check {
  return {
    id: 'stored-secrets',
    title: 'Stored secrets',
    async run() {
      const { looked, lost } = await countLostSecrets(storage, createSealing(sealingKeys));
      if (lost === 0) return green(looked === 0 ? 'None is stored.' : `${looked} tried, and all can be opened.`);
      return red(
        `${looked} tried, of which ${lost} cannot be opened: second factors, keys of models or secrets of webhooks.`,
        'Put the earlier key back behind the new one in ENCRYPTION_KEY (or SESSION_SECRET), start anew, and run npm run secrets:rotate before you drop it.',
      );
    },
  };
}
