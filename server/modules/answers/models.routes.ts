import * as contract from '../../../shared/contracts/answers.ts';
import type { InputOf } from '../../../shared/contracts/endpoint.ts';
import type { Deps } from '../../deps.ts';
import type { MemberCaller } from '../../http/route.ts';
import { type Route, route } from '../../http/route.ts';
import { createSealing } from '../../lib/sealing.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Fetch } from './guarded-request.ts';
import { modelKeyContext, monthOf } from './model-access.ts';
import { testModel } from './test-model.ts';

type ModelDeps = Pick<Deps, 'storage' | 'secrets' | 'now'> & { guardedFetch: Fetch };

/** With which model a client's assistants answer, and what it has used. */
export function modelsRoutes(deps: ModelDeps): Route[] {
  const { storage, secrets, now } = deps;
  const sealing = createSealing(secrets.sealingKeys);

  async function view(own: ClientStorage) {
    const [settings, usage] = await Promise.all([own.models.find(), own.models.usage(monthOf(now()))]);
    const { month, tokensIn, tokensOut, costMicros } = usage;
    return {
      settings: settings
        ? {
            baseUrl: settings.baseUrl,
            model: settings.model,
            hasApiKey: settings.sealedApiKey !== '',
            priceInMicros: settings.priceInMicros,
            priceOutMicros: settings.priceOutMicros,
            monthlyCapMicros: settings.monthlyCapMicros,
            updatedAt: settings.updatedAt.toISOString(),
          }
        : null,
      installationModel: secrets.installationModel?.model ?? null,
      usage: { month, tokensIn, tokensOut, costMicros },
    };
  }

  /** Changes the settings with an audit row that says what they are now, the key left out. */
  async function set(
    { user, clientId }: MemberCaller,
    requestId: string,
    { apiKey, ...wish }: InputOf<typeof contract.setModel>['body'],
  ): Promise<void> {
    const baseUrl = wish.baseUrl.replace(/\/+$/, '');
    await storage.transaction(async (scope) => {
      const own = scope.forClient(clientId);
      const before = await own.models.find();
      // A key is told to nobody but the host it was entered for.
      const kept = before && new URL(before.baseUrl).origin === new URL(baseUrl).origin ? before.sealedApiKey : '';
      const given = apiKey?.trim();
      const sealedApiKey =
        given === undefined ? kept : given === '' ? '' : sealing.seal(given, modelKeyContext(clientId));
      await own.models.set({ ...wish, baseUrl, sealedApiKey });
      const { model, monthlyCapMicros } = wish;
      const details = { baseUrl, model, monthlyCapMicros, keyChanged: given !== undefined };
      await recordChange(
        own,
        { user, requestId },
        { action: 'client.modelSet', targetType: 'client', targetId: clientId, details },
      );
    });
  }

  return [
    route(contract.getModel, async ({ caller }) => view(caller.storage)),

    route(contract.setModel, async ({ caller, body, request: { requestId } }) => {
      await set(caller, requestId, body);
      return view(caller.storage);
    }),

    route(contract.removeModel, async ({ caller, request: { requestId } }) => {
      const { user, clientId } = caller;
      await storage.transaction(async (scope) => {
        const own = scope.forClient(clientId);
        if (!(await own.models.find())) return;
        await own.models.remove();
        const change = { action: 'client.modelRemoved', targetType: 'client', targetId: clientId } as const;
        await recordChange(own, { user, requestId }, change);
      });
      return undefined;
    }),

    route(contract.testModel, async ({ caller }) => testModel({ ...deps, sealing }, caller.storage)),
  ];
}
