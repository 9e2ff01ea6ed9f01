import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, User } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { recordForEachClient } from './record-for-each-client.ts';

/** The user with the given name or info; unchanged where nothing differs. */
export function updateProfile(
  { storage }: Pick<Deps, 'storage'>,
  { user, wish, requestId }: { user: User; wish: { name?: string; info?: JsonObject }; requestId: string },
): Promise<User> {
  const changed = (['name', 'info'] as const).filter(
    (field) => wish[field] !== undefined && !isDeepStrictEqual(wish[field], user[field]),
  );
  if (changed.length === 0) return Promise.resolve(user);
  return storage.transaction(async (scope) => {
    await recordForEachClient(scope, { user, requestId }, { action: 'user.updated', details: { changed } });
    return scope.accounts.updateUser(user.id, wish);
  });
}
