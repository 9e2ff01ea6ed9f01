import type { Deps } from '../../deps.ts';
import { createSealing, type Sealing } from '../../lib/sealing.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { tracedFetch } from '../../tracing/traced-fetch.ts';
import type { Engines } from './answer-chain.ts';
import type { WorkflowTimes } from './engines/call-workflow.ts';
import type { Question } from './engines/engine.ts';
import { createKnowledgeEngine } from './engines/knowledge-engine.ts';
import { createLlmEngine } from './engines/llm-engine.ts';
import type { ModelTimes } from './engines/model-stream.ts';
import { createWebhookEngine } from './engines/webhook-engine.ts';
import type { Fetch } from './guarded-request.ts';
import { findModel, type ModelChoice, monthOf } from './model-access.ts';

export interface EngineDeps extends Pick<Deps, 'storage' | 'secrets' | 'now' | 'newId'> {
  /** For addresses that owners enter: reaches nothing private. */
  guardedFetch: Fetch;
  times?: Partial<ModelTimes & WorkflowTimes>;
}

const callsKeptMs = 30 * 24 * 3_600_000;
const pruneEveryMs = 3_600_000;

/** What a widget's calls are signed with is sealed for that widget alone. */
export const webhookSecretContext = (clientId: string, widgetId: string) => `webhook secret of ${clientId} ${widgetId}`;

const installationFetch = tracedFetch((url, init) => fetch(url, init));

/** The installation's own endpoint may be on this machine; everybody else's may not. */
export function fetchFor({ isOwn }: Pick<ModelChoice, 'isOwn'>, guardedFetch: Fetch): Fetch {
  return isOwn ? guardedFetch : installationFetch;
}

/** The secret of a widget's webhook; undefined when none was made. @throws SealingError */
export async function findWebhookSecret(
  own: ClientStorage,
  widgetId: string,
  sealing: Sealing,
): Promise<string | undefined> {
  const secret = await own.webhooks.findSecret(widgetId);
  return secret && sealing.open(secret.sealedSecret, webhookSecretContext(own.clientId, widgetId));
}

/** The engines that answer, each with what it needs of the rest. */
export function createEngines({ storage, secrets, now, newId, guardedFetch, times }: EngineDeps): Engines {
  const sealing = createSealing(secrets.sealingKeys);
  const ownOf = ({ clientId }: Question) => storage.forClient(clientId);
  const prunedAt = new Map<string, number>();

  /** Calls are kept for a while only; looked after now and then, as they come. */
  async function pruneCalls(own: ClientStorage): Promise<void> {
    const at = now().getTime();
    if (at - (prunedAt.get(own.clientId) ?? 0) < pruneEveryMs) return;
    prunedAt.set(own.clientId, at);
    await own.webhooks.prune(new Date(at - callsKeptMs)).catch(() => undefined);
  }

  return {
    knowledge: createKnowledgeEngine({
      async pairDocuments(question) {
        const ids = [...new Set(question.passages.map(({ chunk }) => chunk.documentId))];
        const documents = await Promise.all(ids.map((id) => ownOf(question).documents.find(id)));
        return new Set(documents.flatMap((document) => (document?.kind === 'qa' ? [document.id] : [])));
      },
    }),
    llm: createLlmEngine({
      modelFor: (question) => findModel(ownOf(question), question.widget.engineSettings.model, { sealing, secrets }),
      spent: async (question) => (await ownOf(question).models.usage(monthOf(now()))).costMicros,
      async spend(question, { tokensIn, tokensOut, costMicros }) {
        await ownOf(question).models.addUsage(monthOf(now()), { tokensIn, tokensOut, costMicros });
      },
      fetchFor: (choice) => fetchFor(choice, guardedFetch),
      ...(times && { times }),
    }),
    webhook: createWebhookEngine({
      callsOf(question) {
        const own = ownOf(question);
        return {
          find: (id) => own.webhooks.find(id),
          async note(call) {
            const noted = await own.webhooks.note(call);
            await pruneCalls(own);
            return noted;
          },
        };
      },
      secretFor: (question) => findWebhookSecret(ownOf(question), question.widget.id, sealing),
      fetch: guardedFetch,
      now,
      newId,
      ...(times && { times }),
    }),
  };
}
