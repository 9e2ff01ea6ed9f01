import type { ClientId } from '../../../shared/ids.ts';
import type { Widget } from '../../../shared/schema.ts';
import { NotFoundError } from '../errors.ts';
import type { WidgetPatch, WidgetsRepository } from '../repositories/widgets.ts';
import { widgets } from './mem-client-tables.ts';
import type { MemContext } from './mem-context.ts';
import { ownedKey } from './mem-values.ts';

export function createWidgets({ env, read, write }: MemContext, clientId: ClientId): WidgetsRepository {
  return {
    create: (input) =>
      write((tx) => {
        const now = env.now();
        return tx.of(widgets).insert({
          ...settings(input),
          clientId,
          id: env.newId(),
          statusReason: input.statusReason ?? null,
          activateAt: input.activateAt ?? null,
          activatedAt: input.activatedAt ?? null,
          archivedAt: null,
          createdAt: now,
          updatedAt: now,
        });
      }),

    find: (id) => read((tx) => tx.of(widgets).get(ownedKey(clientId, id))),

    list: ({ archived = false } = {}) =>
      read((tx) => [...tx.of(widgets).scan('client', clientId)].filter((w) => (w.archivedAt !== null) === archived)),

    update: (id, patch) =>
      write((tx) => {
        const widget = tx.of(widgets).get(ownedKey(clientId, id));
        if (widget === undefined) throw new NotFoundError('widget');
        const { statusReason, activateAt, activatedAt, archivedAt } = patch;
        const times = { statusReason, activateAt, activatedAt, archivedAt, updatedAt: env.now() };
        return tx.of(widgets).update(widget, { ...settings(patch), ...times });
      }),
  };
}

/** The columns a caller may set, and nothing else that came along. */
function settings<Input extends WidgetPatch>(input: Input) {
  const { name, welcomeMessage, systemPrompt, color, position, theme, language, voice } = input;
  const { allowedSites, suggestedQuestions, appearance, businessHours, preChat, retrieval } = input;
  const { engine, engineSettings, publicKey, status } = input;
  return {
    ...{ name, welcomeMessage, systemPrompt, color, position, theme, language, voice },
    ...{ allowedSites, suggestedQuestions, appearance, businessHours, preChat, retrieval },
    ...{ engine, engineSettings, publicKey, status },
  } as Pick<Input & Widget, keyof Input & keyof Widget>;
}
