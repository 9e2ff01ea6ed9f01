import { eq, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type Visitor, visitors } from '../../../shared/schema.ts';
import type { VisitorSighting, VisitorsRepository } from '../repositories/visitors.ts';
import type { Handle } from './handle.ts';
import { prepared } from './prepared.ts';
import { owned } from './scope.ts';

const findNames = prepared('visitor_names', (db) =>
  db
    .select({ id: visitors.id, name: visitors.name, email: visitors.email })
    .from(visitors)
    .where(owned(visitors, sql.placeholder('clientId'), sql`${visitors.id} = any(${sql.placeholder('ids')}::uuid[])`)),
);

export class DatabaseVisitors implements VisitorsRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async see(input: VisitorSighting): Promise<Visitor> {
    const now = this.#handle.env.now();
    const { id, widgetId, externalId, name, email, info, locale, pageUrl, userAgent } = input;
    const row = {
      clientId: this.#clientId,
      id,
      widgetId,
      externalId: externalId ?? null,
      name: name ?? null,
      email: email ?? null,
      info: info ?? {},
      locale: locale ?? null,
      pageUrl: pageUrl ?? null,
      userAgent: userAgent ?? null,
      createdAt: now,
      lastSeenAt: now,
    };
    const changes = { externalId, name, email, info, locale, pageUrl, userAgent, lastSeenAt: now };
    const [visitor] = await this.#handle.write((db) =>
      db
        .insert(visitors)
        .values(row)
        .onConflictDoUpdate({ target: [visitors.clientId, visitors.id], set: changes })
        .returning(),
    );
    return visitor!;
  }

  async update(
    id: string,
    change: Omit<VisitorSighting, 'id' | 'widgetId' | 'externalId'>,
  ): Promise<Visitor | undefined> {
    const { name, email, info, locale, pageUrl, userAgent } = change;
    const changes = { name, email, info, locale, pageUrl, userAgent, lastSeenAt: this.#handle.env.now() };
    const [visitor] = await this.#handle.write((db) =>
      db
        .update(visitors)
        .set(changes)
        .where(owned(visitors, this.#clientId, eq(visitors.id, id)))
        .returning(),
    );
    return visitor;
  }

  async findByExternalId(widgetId: string, externalId: string): Promise<Visitor | undefined> {
    const isTheirs = [eq(visitors.widgetId, widgetId), eq(visitors.externalId, externalId)];
    const [visitor] = await this.#handle.read((db) =>
      db
        .select()
        .from(visitors)
        .where(owned(visitors, this.#clientId, ...isTheirs)),
    );
    return visitor;
  }

  namesOf(ids: readonly string[]): Promise<Pick<Visitor, 'id' | 'name' | 'email'>[]> {
    return this.#handle.read(async (db) => (ids.length === 0 ? [] : findNames(db, { clientId: this.#clientId, ids })));
  }

  async find(id: string): Promise<Visitor | undefined> {
    const [visitor] = await this.#handle.read((db) =>
      db
        .select()
        .from(visitors)
        .where(owned(visitors, this.#clientId, eq(visitors.id, id))),
    );
    return visitor;
  }
}
