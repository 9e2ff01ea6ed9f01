import { limits } from '../../../shared/limits.ts';
import type { Webhook } from '../../../shared/schema.ts';
import type { WebhookEvent } from '../../../shared/webhook-vocabulary.ts';
import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import type { MemberCaller } from '../../http/route.ts';
import type { Sealing } from '../../lib/sealing.ts';
import { newOutgoingSecret, outgoingSecretContext } from './outgoing-secret.ts';
import { recordWebhookChange } from './record-webhook-change.ts';

interface Wish {
  caller: MemberCaller;
  input: { url: string; description: string; events: WebhookEvent[] };
  requestId: string;
}

/**
 * Makes a webhook and its secret, which is stored sealed and answered open, with an audit row.
 * @throws HttpProblem `conflict` when the client has as many as it may
 */
export async function makeWebhook(
  { storage, newId, sealing }: Pick<Deps, 'storage' | 'newId'> & { sealing: Sealing },
  { caller, input, requestId }: Wish,
): Promise<{ webhook: Webhook; secret: string }> {
  const { clientId, user } = caller;
  const id = newId();
  const secret = newOutgoingSecret();
  const sealedSecret = sealing.seal(secret, outgoingSecretContext({ clientId, id }));
  const webhook = await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    // Whoever else makes one at the same time counts this one.
    await own.client.hold();
    if ((await own.outgoingWebhooks.list()).length >= limits.webhooksPerClientMax) {
      throw new HttpProblem('conflict', `A client has at most ${limits.webhooksPerClientMax} webhooks: remove one.`);
    }
    const events = [...new Set(input.events)];
    const made = await own.outgoingWebhooks.create({ ...input, events, id, sealedSecret });
    await recordWebhookChange(own, { webhook: made, verb: 'created', by: { user, requestId }, details: { events } });
    return made;
  });
  return { webhook, secret };
}
