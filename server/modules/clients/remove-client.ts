import type { Deps } from '../../deps.ts';
import { validationProblem } from '../../http/problem.ts';
import type { MemberCaller } from '../../http/route.ts';
import { removeFiles } from '../attachments/remove-files.ts';
import { documentFileKeys } from '../knowledge/document-files.ts';

/**
 * Removes the client with all that belongs to it, files and audit log included: that it happened, and who did it, is left in
 * the server's log. @throws HttpProblem when the name is not repeated exactly
 */
export async function removeClient(
  { storage, files, bus, log }: Pick<Deps, 'storage' | 'files' | 'bus' | 'log'>,
  { caller, confirmName, requestId }: { caller: MemberCaller; confirmName: string; requestId: string },
): Promise<void> {
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
    const keys = [...(await attachments.seal({})), ...(await documentFileKeys(own))];
    await client.remove();
    return keys;
  });
  log.info({ event: 'client.removed', clientId, userId: user.id, requestId });
  bus.publish('client.removed', { clientId });
  // They may be many; whoever asked need not wait for them.
  void removeFiles({ files, log }, keys);
}
