import { and, desc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type Conversation, conversations } from '../../../shared/schema.ts';
import { decodeInstantCursor, encodeInstantCursor } from '../cursor.ts';
import { NotFoundError } from '../errors.ts';
import type {
  ConversationFilter,
  ConversationPatch,
  ConversationsRepository,
  NewConversation,
} from '../repositories/conversations.ts';
import type { Page, PageRequest } from '../storage.ts';
import { clampSequence } from './clamp-sequence.ts';
import { CollisionError } from './database-errors.ts';
import type { Db, Handle } from './handle.ts';
import { jsonRows } from './json-rows.ts';
import { changedDataSql, noData, outboxOf } from './outbox-sql.ts';
import { pageOf } from './page.ts';
import { prepared } from './prepared.ts';
import { owned } from './scope.ts';

const findConversation = prepared('conversation_find', (db) =>
  db
    .select()
    .from(conversations)
    .where(owned(conversations, sql.placeholder('clientId'), eq(conversations.id, sql.placeholder('id')))),
);

const findConversations = prepared('conversation_find_all', (db) =>
  db
    .select()
    .from(conversations)
    .where(
      owned(
        conversations,
        sql.placeholder('clientId'),
        sql`${conversations.id} = any(${sql.placeholder('ids')}::uuid[])`,
      ),
    ),
);

export class DatabaseConversations implements ConversationsRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  create(input: NewConversation): Promise<{ conversation: Conversation; created: boolean }> {
    const now = this.#handle.env.now();
    const { visitorId = null, clientConversationId = null } = input;
    const row = {
      clientId: this.#clientId,
      id: this.#handle.env.newId(),
      widgetId: input.widgetId ?? null,
      visitorId,
      clientConversationId,
      title: input.title ?? null,
      status: 'open' as const,
      snoozedUntil: null,
      assigneeId: null,
      tags: [],
      metadata: input.metadata ?? {},
      messageCount: 0,
      lastSequence: 0,
      lastMessagePreview: null,
      lastMessageRole: null,
      lastMessageAt: null,
      visitorReadSequence: 0,
      agentReadSequence: 0,
      handoff: null,
      createdAt: now,
      updatedAt: now,
    };
    return this.#handle.write(async (db) => {
      const made = db.$with('made').as(
        db
          .insert(conversations)
          .values(row)
          .onConflictDoNothing({
            target: [conversations.clientId, conversations.visitorId, conversations.clientConversationId],
            where: sql`client_conversation_id is not null`,
          })
          .returning(),
      );
      const events = [{ event: 'conversation.created', data: noData }];
      const outbox = db.$with('outbox', {}).as(outboxOf('made', { at: now, events }));
      const [conversation] = await db.with(made, outbox).select().from(made);
      if (conversation !== undefined) return { conversation, created: true };
      return { conversation: await this.#findClientMade(db, visitorId!, clientConversationId!), created: false };
    });
  }

  async #findClientMade(db: Db, visitorId: string, clientConversationId: string): Promise<Conversation> {
    const [conversation] = await db
      .select()
      .from(conversations)
      .where(
        owned(
          conversations,
          this.#clientId,
          eq(conversations.visitorId, visitorId),
          eq(conversations.clientConversationId, clientConversationId),
        ),
      );
    // Removed since the insert met it: the next try starts a new one.
    if (conversation === undefined) throw new CollisionError('conversation removed meanwhile');
    return conversation;
  }

  async find(id: string): Promise<Conversation | undefined> {
    const values = { clientId: this.#clientId, id };
    const [conversation] = await this.#handle.read((db) => findConversation(db, values));
    return conversation;
  }

  findAll(ids: readonly string[]): Promise<Conversation[]> {
    return this.#handle.read((db) => findConversations(db, { clientId: this.#clientId, ids }));
  }

  list(filter: ConversationFilter, page: PageRequest): Promise<Page<Conversation>> {
    return this.#handle.read(async (db) => {
      const start = page.cursor === undefined ? undefined : decodeInstantCursor(page.cursor);
      const values = {
        ...filter,
        clientId: this.#clientId,
        limit: page.limit + 1,
        at: start?.at.toISOString(),
        id: start?.id,
      };
      const rows = pages.read(await listQuery(filter, start !== undefined)(db, values));
      return pageOf(rows, page.limit, (last) => encodeInstantCursor({ at: last.updatedAt, id: last.id }));
    });
  }

  update(id: string, patch: ConversationPatch): Promise<Conversation> {
    const { title, status, snoozedUntil, assigneeId, tags, metadata } = patch;
    const now = this.#handle.env.now();
    const values = { title, status, snoozedUntil, assigneeId, tags, metadata, updatedAt: now };
    const isTold = status !== undefined || assigneeId !== undefined || tags !== undefined;
    if (!isTold) return this.#handle.write((db) => this.#change(db, id, values));
    return this.#handle.write(async (db) => {
      // Locked, so that what the change is held against is what it changes.
      const lock = sql`select status, assignee_id, tags from conversations where ${this.#row(id)} for no key update`;
      const before = db.$with('before', {}).as(lock);
      const isThere = and(this.#row(id), sql`exists (select from before)`);
      const changed = db.$with('changed').as(db.update(conversations).set(values).where(isThere).returning());
      const outbox = db
        .$with('outbox', {})
        .as(outboxOf('changed', { at: now, events: changeEvents, joined: 'cross join before' }));
      const [conversation] = await db.with(before, changed, outbox).select().from(changed);
      if (conversation === undefined) throw new NotFoundError('conversation');
      return conversation;
    });
  }

  markRead(id: string, side: 'visitor' | 'agent', sequence: number): Promise<Conversation> {
    const column = side === 'visitor' ? conversations.visitorReadSequence : conversations.agentReadSequence;
    const seen = sql`greatest(${column}, least(${clampSequence(sequence)}::integer, ${conversations.lastSequence}))`;
    const values = side === 'visitor' ? { visitorReadSequence: seen } : { agentReadSequence: seen };
    return this.#handle.write((db) => this.#change(db, id, values));
  }

  remove(id: string): Promise<void> {
    return this.#handle.write(async (db) => {
      const removed = await db.delete(conversations).where(this.#row(id)).returning({ id: conversations.id });
      if (removed.length === 0) throw new NotFoundError('conversation');
    });
  }

  async #change(db: Db, id: string, values: Parameters<ReturnType<Db['update']>['set']>[0]): Promise<Conversation> {
    const [conversation] = await db.update(conversations).set(values).where(this.#row(id)).returning();
    if (conversation === undefined) throw new NotFoundError('conversation');
    return conversation;
  }

  #row(id: string) {
    return owned(conversations, this.#clientId, eq(conversations.id, id));
  }
}

const isNew = {
  status: 'changed.status <> before.status',
  assigneeId: 'changed.assignee_id is distinct from before.assignee_id',
  tags: 'changed.tags <> before.tags',
};

/** What webhooks are told of a row of `changed` that was as in `before`. */
const changeEvents = [
  { event: 'conversation.updated', when: `(${Object.values(isNew).join(' or ')})`, data: changedDataSql(isNew) },
  { event: 'conversation.closed', when: `${isNew.status} and changed.status = 'closed'`, data: noData },
];

const pages = jsonRows(conversations);

type ListQuery = ReturnType<typeof buildListQuery>;
const listQueries = new Map<string, ListQuery>();

/** The list query for this combination of filters: each has its own plan, so each is a prepared statement of its own. */
function listQuery(filter: ConversationFilter, continued: boolean): ListQuery {
  const shape = [
    filter.status === undefined ? '' : 's',
    filter.widgetId === undefined ? '' : 'w',
    filter.visitorId === undefined ? '' : 'v',
    filter.assigneeId === undefined ? '' : filter.assigneeId === null ? 'u' : 'a',
    continued ? 'c' : '',
  ].join('');
  let query = listQueries.get(shape);
  if (query === undefined) {
    query = buildListQuery(shape);
    listQueries.set(shape, query);
  }
  return query;
}

function buildListQuery(shape: string) {
  const when = (letter: string, condition: SQL) => (shape.includes(letter) ? condition : undefined);
  const t = conversations;
  return prepared(`conversation_list_${shape}`, (db) =>
    pages.select(
      db,
      db
        .select()
        .from(t)
        .where(
          owned(
            t,
            sql.placeholder('clientId'),
            when('s', eq(t.status, sql.placeholder('status'))),
            when('w', eq(t.widgetId, sql.placeholder('widgetId'))),
            when('v', eq(t.visitorId, sql.placeholder('visitorId'))),
            when('a', eq(t.assigneeId, sql.placeholder('assigneeId'))),
            when('u', isNull(t.assigneeId)),
            when(
              'c',
              sql`(${t.updatedAt}, ${t.id}) < (${sql.placeholder('at')}::timestamptz, ${sql.placeholder('id')}::uuid)`,
            ),
          ),
        )
        // Spelled as the indexes are: "desc" alone puts nulls first, and Postgres would sort.
        .orderBy(sql`${desc(t.updatedAt)} nulls last`, sql`${desc(t.id)} nulls last`)
        .limit(sql.placeholder('limit'))
        .$dynamic(),
    ),
  );
}
