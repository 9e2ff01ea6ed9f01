import type { ClientId } from '../../../shared/ids.ts';
import type { ModelsRepository } from '../repositories/models.ts';
import { modelSettings, modelUsage, usageKey } from './mem-answer-tables.ts';
import type { MemContext } from './mem-context.ts';

export function createModels({ env, read, write }: MemContext, clientId: ClientId): ModelsRepository {
  return {
    find: () => read((tx) => tx.of(modelSettings).get(clientId)),

    set: ({ baseUrl, model, sealedApiKey, priceInMicros, priceOutMicros, monthlyCapMicros }) =>
      write((tx) => {
        const prices = { priceInMicros, priceOutMicros, monthlyCapMicros };
        const fresh = { baseUrl, model, sealedApiKey, ...prices, updatedAt: env.now() };
        const known = tx.of(modelSettings).get(clientId);
        if (known !== undefined) return tx.of(modelSettings).update(known, fresh);
        return tx.of(modelSettings).insert({ clientId, ...fresh });
      }),

    remove: () =>
      write((tx) => {
        const known = tx.of(modelSettings).get(clientId);
        if (known !== undefined) tx.of(modelSettings).remove([known]);
      }),

    addUsage: (month, use) =>
      write((tx) => {
        const known = tx.of(modelUsage).get(usageKey({ clientId, month }));
        const sum = {
          tokensIn: (known?.tokensIn ?? 0) + use.tokensIn,
          tokensOut: (known?.tokensOut ?? 0) + use.tokensOut,
          costMicros: (known?.costMicros ?? 0) + use.costMicros,
        };
        if (known !== undefined) return tx.of(modelUsage).update(known, sum);
        return tx.of(modelUsage).insert({ clientId, month, ...sum });
      }),

    usage: (month) =>
      read((tx) => {
        const known = tx.of(modelUsage).get(usageKey({ clientId, month }));
        return known ?? { clientId, month, tokensIn: 0, tokensOut: 0, costMicros: 0 };
      }),
  };
}
