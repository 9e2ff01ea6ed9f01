import type { Client } from '../../../shared/schema.ts';
import type { StorageScope } from '../../storage/storage.ts';
import { type Actor, recordChange } from '../audit/record-change.ts';

/** A new client with the acting user as its owner. Call it with the scope of a transaction. */
export async function foundClient(scope: StorageScope, { name, by }: { name: string; by: Actor }): Promise<Client> {
  const client = await scope.accounts.createClient({ name });
  const storage = scope.forClient(client.id);
  await storage.members.add({ userId: by.user.id, role: 'owner' });
  await recordChange(storage, by, { action: 'client.created', targetType: 'client', targetId: client.id });
  return client;
}
