import { asc, eq, isNotNull, isNull } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { clientWidgets, type Widget } from '../../../shared/schema.ts';
import { NotFoundError } from '../errors.ts';
import type { NewWidget, WidgetPatch, WidgetSettings, WidgetsRepository } from '../repositories/widgets.ts';
import type { Handle } from './handle.ts';
import { owned } from './scope.ts';

export class DatabaseWidgets implements WidgetsRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async create(input: NewWidget): Promise<Widget> {
    const now = this.#handle.env.now();
    const row = {
      ...settingsOf(input),
      clientId: this.#clientId,
      id: this.#handle.env.newId(),
      publicKey: input.publicKey,
      status: input.status,
      statusReason: input.statusReason ?? null,
      activateAt: input.activateAt ?? null,
      activatedAt: input.activatedAt ?? null,
      archivedAt: null,
      createdAt: now,
      updatedAt: now,
    };
    const [widget] = await this.#handle.write((db) => db.insert(clientWidgets).values(row).returning());
    return widget!;
  }

  async find(id: string): Promise<Widget | undefined> {
    const [widget] = await this.#handle.read((db) => db.select().from(clientWidgets).where(this.#row(id)));
    return widget;
  }

  list(filter: { archived?: boolean } = {}): Promise<Widget[]> {
    const archived = filter.archived === true ? isNotNull(clientWidgets.archivedAt) : isNull(clientWidgets.archivedAt);
    return this.#handle.read((db) =>
      db
        .select()
        .from(clientWidgets)
        .where(owned(clientWidgets, this.#clientId, archived))
        .orderBy(asc(clientWidgets.createdAt), asc(clientWidgets.id)),
    );
  }

  update(id: string, patch: WidgetPatch): Promise<Widget> {
    const { publicKey, status, statusReason, activateAt, activatedAt, archivedAt } = patch;
    const values = {
      ...settingsOf(patch),
      publicKey,
      status,
      statusReason,
      activateAt,
      activatedAt,
      archivedAt,
      updatedAt: this.#handle.env.now(),
    };
    return this.#handle.write(async (db) => {
      const [widget] = await db.update(clientWidgets).set(values).where(this.#row(id)).returning();
      if (widget === undefined) throw new NotFoundError('widget');
      return widget;
    });
  }

  #row(id: string) {
    return owned(clientWidgets, this.#clientId, eq(clientWidgets.id, id));
  }
}

/** The settings and nothing else of what a caller gave: an id or a client id among it must not reach the row. */
function settingsOf<T extends Partial<WidgetSettings>>(given: T): Pick<T, keyof WidgetSettings & keyof T> {
  const settings = {
    name: given.name,
    welcomeMessage: given.welcomeMessage,
    systemPrompt: given.systemPrompt,
    color: given.color,
    position: given.position,
    theme: given.theme,
    language: given.language,
    voice: given.voice,
    allowedSites: given.allowedSites,
    suggestedQuestions: given.suggestedQuestions,
    appearance: given.appearance,
    businessHours: given.businessHours,
    preChat: given.preChat,
    retrieval: given.retrieval,
    engine: given.engine,
    engineSettings: given.engineSettings,
  };
  return settings as unknown as Pick<T, keyof WidgetSettings & keyof T>;
}
