import type { ClientId } from '../../../shared/ids.ts';
import type { Client } from '../../../shared/schema.ts';
import { NotFoundError } from '../errors.ts';
import type { ClientRepository } from '../repositories/client.ts';
import { clients } from './mem-client-tables.ts';
import type { MemContext } from './mem-context.ts';
import type { MemTransaction } from './mem-database.ts';

export function createClient({ env, read, write }: MemContext, clientId: ClientId): ClientRepository {
  const wanted = (tx: MemTransaction): Client => {
    const client = tx.of(clients).get(clientId);
    if (client === undefined) throw new NotFoundError('client');
    return client;
  };
  return {
    get: () => read(wanted),
    hold: () =>
      read((tx) => {
        // Whoever makes a row meanwhile keeps this from being committed, and it is done again.
        tx.mustBeAlone = true;
        return wanted(tx);
      }),
    update: ({ name }) => write((tx) => tx.of(clients).update(wanted(tx), { name, updatedAt: env.now() })),
    remove: () => write((tx) => tx.of(clients).remove([wanted(tx)])),
  };
}
