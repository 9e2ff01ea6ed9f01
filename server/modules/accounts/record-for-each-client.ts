import type { StorageScope } from '../../storage/storage.ts';
import { type Actor, type Change, recordChange } from '../audit/record-change.ts';

/** A change of a user concerns every client they act for: each gets its audit row. */
export async function recordForEachClient(
  scope: StorageScope,
  by: Actor,
  change: Pick<Change, 'action' | 'details'>,
): Promise<void> {
  for (const { client } of await scope.accounts.listMemberships(by.user.id)) {
    await recordChange(scope.forClient(client.id), by, { ...change, targetType: 'user', targetId: by.user.id });
  }
}
