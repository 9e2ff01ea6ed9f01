import type { Client } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import type { MemberCaller } from '../../http/route.ts';
import { recordChange } from '../audit/record-change.ts';

/** The client under its new name; unchanged when the name is the same or left out. */
export function renameClient(
  { storage }: Pick<Deps, 'storage'>,
  { caller, name, requestId }: { caller: MemberCaller; name: string | undefined; requestId: string },
): Promise<Client> {
  return storage.transaction(async (scope) => {
    const own = scope.forClient(caller.clientId);
    const client = await own.client.get();
    if (name === undefined || name === client.name) return client;
    await recordChange(
      own,
      { user: caller.user, requestId },
      { action: 'client.updated', targetType: 'client', targetId: client.id, details: { changed: ['name'] } },
    );
    return own.client.update({ name });
  });
}
