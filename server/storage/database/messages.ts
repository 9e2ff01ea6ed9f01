import { asc, desc, eq, gt, lt, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type Message, messages } from '../../../shared/schema.ts';
import type { AppendResult, MessageRange, MessagesRepository, NewMessage } from '../repositories/messages.ts';
import { clampSequence } from './clamp-sequence.ts';
import type { Db, Handle } from './handle.ts';
import { jsonRows } from './json-rows.ts';
import { prepared } from './prepared.ts';
import { owned } from './scope.ts';

const thread = (...conditions: Parameters<typeof owned>[2][]) =>
  owned(
    messages,
    sql.placeholder('clientId'),
    eq(messages.conversationId, sql.placeholder('conversationId')),
    ...conditions,
  );

const page = jsonRows(messages);

const listAfter = prepared('message_list_after', (db) =>
  page.select(
    db,
    db
      .select()
      .from(messages)
      .where(thread(gt(messages.sequence, sql.placeholder('after'))))
      .orderBy(asc(messages.sequence))
      .limit(sql.placeholder('limit'))
      .$dynamic(),
  ),
);

const listNewest = prepared('message_list_newest', (db) =>
  page.select(
    db,
    db
      .select()
      .from(messages)
      .where(thread())
      .orderBy(desc(messages.sequence))
      .limit(sql.placeholder('limit'))
      .$dynamic(),
  ),
);

const listBefore = prepared('message_list_before', (db) =>
  page.select(
    db,
    db
      .select()
      .from(messages)
      .where(thread(lt(messages.sequence, sql.placeholder('before'))))
      .orderBy(desc(messages.sequence))
      .limit(sql.placeholder('limit'))
      .$dynamic(),
  ),
);

export class DatabaseMessages implements MessagesRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  append(input: NewMessage): Promise<AppendResult> {
    return this.#handle.appendMessage(this.#clientId, input);
  }

  async list(conversationId: string, range: MessageRange): Promise<{ items: Message[]; hasMore: boolean }> {
    const rows = page.read(await this.#handle.read((db) => this.#rows(db, conversationId, range)));
    const hasMore = rows.length > range.limit;
    const items = hasMore ? rows.slice(0, range.limit) : rows;
    return { items: range.after === undefined ? items.reverse() : items, hasMore };
  }

  #rows(db: Db, conversationId: string, range: MessageRange) {
    const values = { clientId: this.#clientId, conversationId, limit: range.limit + 1 };
    if (range.after !== undefined) return listAfter(db, { ...values, after: clampSequence(range.after) });
    if (range.before !== undefined) return listBefore(db, { ...values, before: clampSequence(range.before) });
    return listNewest(db, values);
  }

  async findClientMade(conversationId: string, clientMessageId: string): Promise<Message | undefined> {
    const isIt = [eq(messages.conversationId, conversationId), eq(messages.clientMessageId, clientMessageId)];
    const [message] = await this.#handle.read((db) =>
      db
        .select()
        .from(messages)
        .where(owned(messages, this.#clientId, ...isIt)),
    );
    return message;
  }

  async find(conversationId: string, id: string): Promise<Message | undefined> {
    const [message] = await this.#handle.read((db) =>
      db
        .select()
        .from(messages)
        .where(owned(messages, this.#clientId, eq(messages.conversationId, conversationId), eq(messages.id, id))),
    );
    return message;
  }
}
