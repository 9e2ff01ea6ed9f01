import type { Deps } from '../../deps.ts';
import { validationProblem } from '../../http/problem.ts';
import type { MemberCaller } from '../../http/route.ts';
import { ownTimeMs, removeNotedFiles } from '../attachments/noted-files.ts';
import { documentFileKeys } from '../knowledge/document-files.ts';
import { filesStillQueued } from '../privacy/file-removal.ts';

/**
 * Removes the client with all that belongs to it, files and audit log included: that it happened, and who did it, is left in
 * the server's log. The bytes of files go right after, or with the next sweep, whatever happens in between. @throws HttpProblem when the name is not repeated exactly
 */
export async function removeClient(
  deps: Pick<Deps, 'storage' | 'files' | 'bus' | 'log' | 'now'>,
  { caller, confirmName, requestId }: { caller: MemberCaller; confirmName: string; requestId: string },
): Promise<void> {
  const { storage, bus, log, now } = deps;
  const { clientId, user } = caller;
  const keys = await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const { client, attachments } = own;
    const { name } = await client.get();
    if (confirmName !== name) {
      throw validationProblem([
        { pointer: '#/confirmName', detail: 'Must be the name of the client, letter for letter.' },
      ]);
    }
    // Who writes holds the conversation before the client: in another order each would wait for the other.
    await attachments.seal({});
    await client.hold();
    const keys = [...(await attachments.seal({})), ...(await documentFileKeys(own)), ...(await filesStillQueued(own))];
    await client.remove();
    await scope.removedFiles.add(keys, new Date(now().getTime() + ownTimeMs));
    return keys;
  });
  log.info({ event: 'client.removed', clientId, userId: user.id, requestId });
  bus.publish('client.removed', { clientId });
  // They may be many; whoever asked need not wait for them.
  removeNotedFiles(deps, keys).catch((err: unknown) => log.warn({ event: 'files.removal-left-to-sweep', err }));
}
