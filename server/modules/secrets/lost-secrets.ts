import type { ClientId } from '../../../shared/ids.ts';
import { type Sealing, SealingError } from '../../lib/sealing.ts';
import type { IStorage } from '../../storage/storage.ts';
import { sealingContextOf } from '../accounts/second-factor.ts';
import { isUnsealed } from '../widgets/sealed-identity.ts';
import { sealedTables } from './rotate-secrets.ts';

/** A key that is missing is missing for all, so that looking at some of them is enough. */
const accountsMax = 50;
const clientsMax = 10;
const rowsMax = 20;

/**
 * Whether the keys of the installation open what is stored: how many secrets were looked at, and how many of them no key
 * opens. Changes nothing. @throws StorageUnavailableError
 */
export async function countLostSecrets(storage: IStorage, sealing: Sealing): Promise<{ looked: number; lost: number }> {
  const found = { looked: 0, lost: 0 };
  const look = (stored: unknown, context: string) => {
    if (typeof stored !== 'string' || stored === '' || isUnsealed(stored)) return;
    found.looked++;
    try {
      sealing.open(stored, context);
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
      found.lost++;
    }
  };
  for (const { id, sealedSecret } of await storage.credentials.listSecondFactors(undefined, accountsMax)) {
    look(sealedSecret, sealingContextOf(id));
  }
  await storage.transfer.snapshot(async (reader) => {
    for (const client of await reader.read('clients', { limit: clientsMax })) {
      for (const { name, column, contextOf } of sealedTables) {
        const rows = await reader.read(name, { clientId: client.id as ClientId, limit: rowsMax });
        for (const row of rows) look(row[column], contextOf(row));
      }
    }
  });
  return found;
}
