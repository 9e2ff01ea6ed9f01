import type { Deps } from '../../deps.ts';
import { validationProblem } from '../../http/problem.ts';
import type { MemberCaller } from '../../http/route.ts';

/**
 * Removes the client with all that belongs to it, its audit log included: that it happened, and who did it, is left in
 * the server's log. @throws HttpProblem when the name is not repeated exactly
 */
export async function removeClient(
  { storage, bus, log }: Pick<Deps, 'storage' | 'bus' | 'log'>,
  { caller, confirmName, requestId }: { caller: MemberCaller; confirmName: string; requestId: string },
): Promise<void> {
  const { clientId, user } = caller;
  await storage.transaction(async (scope) => {
    const { client } = scope.forClient(clientId);
    const { name } = await client.get();
    if (confirmName !== name) {
      throw validationProblem([
        { pointer: '#/confirmName', detail: 'Must be the name of the client, letter for letter.' },
      ]);
    }
    await client.remove();
  });
  log.info({ event: 'client.removed', clientId, userId: user.id, requestId });
  bus.publish('client.removed', { clientId });
}
