import { type SQL, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';

/** One kind of event as SQL: when it has happened, and what its payload has beside the conversation and the visitor. */
export interface OutboxEventSql {
  event: string;
  /** A condition; left out: always. */
  when?: string;
  /** A `jsonb` value. */
  data: string;
}

/** An instant as `Date.toISOString` writes it. */
export const iso = (instant: string) => `to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const object = (members: Record<string, string>) =>
  `jsonb_build_object(${Object.entries(members)
    .map(([name, value]) => `'${name}', ${value}`)
    .join(', ')})`;

export const noData = `'{}'::jsonb`;

/** `StoredConversation` of a row of `conversations`; `changes` are expressions by property, in place of its columns. */
export function conversationSql(alias: string, changes: Record<string, string> = {}): string {
  return object({
    id: `${alias}.id`,
    widgetId: `${alias}.widget_id`,
    visitorId: `${alias}.visitor_id`,
    title: `${alias}.title`,
    status: `${alias}.status`,
    assigneeId: `${alias}.assignee_id`,
    tags: `to_jsonb(${alias}.tags)`,
    metadata: `${alias}.metadata`,
    lastSequence: `${alias}.last_sequence`,
    snoozedUntil: iso(`${alias}.snoozed_until`),
    createdAt: iso(`${alias}.created_at`),
    updatedAt: iso(`${alias}.updated_at`),
    ...changes,
  });
}

/** `data` of `message.created`, from expressions for the message's columns. */
export function messageDataSql(message: {
  id: string;
  conversationId: string;
  sequence: string;
  role: string;
  content: string;
  metadata: string;
  clientMessageId: string;
  authorId: string;
  createdAt: string;
}): string {
  return object({ message: object({ ...message, createdAt: iso(message.createdAt) }) });
}

/** `data` of an event of a handoff, a row of `handoffs`. */
export function handoffDataSql(alias: string): string {
  const handoff = {
    id: `${alias}.id`,
    requestedBy: `${alias}.requested_by`,
    reason: `${alias}.reason`,
    requestedAt: iso(`${alias}.requested_at`),
    resolvedAt: iso(`${alias}.resolved_at`),
    resolution: `${alias}.resolution`,
  };
  return object({ handoff: object(handoff) });
}

/** `data` of `rating.created`, of a row of `conversation_ratings`. */
export function ratingDataSql(alias: string): string {
  const rating = { score: `${alias}.score`, comment: `${alias}.comment`, createdAt: iso(`${alias}.created_at`) };
  return object({ rating: object(rating) });
}

/** `data` of `conversation.updated`; each name stands with the condition under which it has changed. */
export function changedDataSql(changed: Record<string, string>): string {
  const names = Object.entries(changed).map(([name, isNew]) => `case when ${isNew} then '${name}' end`);
  return object({ changed: `to_jsonb(array_remove(array[${names.join(', ')}], null))` });
}

/**
 * Inserts what has happened into the outbox of every enabled webhook that wants it; without one it costs a look into an
 * index. `from` is the rest of a FROM clause with a row for each conversation to which something happened, `clientId`,
 * `conversationId`, `visitorId` and `at` are expressions over it, `conversation` its `StoredConversation`. The SQL twin
 * of `recordEvents` in memory.
 */
export function outboxInsert(parts: {
  from: string;
  clientId: string;
  conversationId: string;
  visitorId: string;
  conversation: string;
  /** When it happened. */
  at: string;
  events: OutboxEventSql[];
  /** Of which rows of `from`; left out: of all. */
  condition?: string;
}): string {
  const { from, clientId, conversationId, visitorId, conversation, at, events, condition = 'true' } = parts;
  const rows = events.map(({ event, when = 'true', data }) => `('${event}', ${when}, ${data})`);
  return `insert into webhook_deliveries (client_id, id, webhook_id, conversation_id, event, payload, state, by_hand, attempts,
    next_try_at, created_at)
  select ${clientId}, gen_random_uuid(), w.id, ${conversationId}, e.event,
    jsonb_build_object('conversation', ${conversation}, 'visitor', (
      select jsonb_build_object('id', v.id, 'externalId', v.external_id, 'name', v.name, 'email', v.email)
      from visitors v where v.client_id = ${clientId} and v.id = ${visitorId})) || e.data,
    'pending', false, 0, ${at}, ${at}
  from ${from}
  join webhooks w on w.client_id = ${clientId} and w.enabled
  cross join lateral (values ${rows.join(', ')}) e(event, happened, data)
  where ${condition} and e.happened and e.event = any(w.events)`;
}

/**
 * `conversation.updated` and `conversation.closed` of a status that was perhaps changed; `when` is a further condition.
 */
export function statusEvents(status: string, before: string, when = 'true'): OutboxEventSql[] {
  const changed = `${when} and ${status} <> ${before}`;
  return [
    { event: 'conversation.updated', when: changed, data: changedDataSql({ status: 'true' }) },
    { event: 'conversation.closed', when: `${changed} and ${status} = 'closed'`, data: noData },
  ];
}

/** The text as a statement, with a value in place of each `$name`. */
export function withValues(text: string, values: Record<string, SQL>): SQL {
  const parts = text.split(/\$(\w+)/);
  return sql.join(parts.map((part, index) => (index % 2 === 0 ? sql.raw(part) : values[part]!)));
}

/**
 * The statement that puts in the outbox what has happened to a conversation `c` as it stands now. `joined` continues the
 * FROM clause; `values` stand in place of `$name` in it and in the events.
 */
export function outboxAbout(what: {
  clientId: ClientId;
  conversationId: string;
  at: Date;
  joined?: string;
  events: OutboxEventSql[];
  values?: Record<string, SQL>;
}): SQL {
  const { clientId, conversationId, at, joined = '', events, values } = what;
  const text = outboxInsert({
    from: `conversations c ${joined}`,
    clientId: 'c.client_id',
    conversationId: 'c.id',
    visitorId: 'c.visitor_id',
    conversation: conversationSql('c'),
    at: '$at',
    events,
    condition: 'c.client_id = $clientId and c.id = $conversationId',
  });
  return withValues(text, {
    ...values,
    at: sql`${at.toISOString()}::timestamptz`,
    clientId: sql`${clientId}`,
    conversationId: sql`${conversationId}`,
  });
}

/** The same for the rows of a common table expression that has all columns of `conversations`. */
export function outboxOf(
  name: string,
  { at, events, joined = '' }: { at: Date; events: OutboxEventSql[]; joined?: string },
): SQL {
  const text = outboxInsert({
    from: `${name} ${joined}`,
    clientId: `${name}.client_id`,
    conversationId: `${name}.id`,
    visitorId: `${name}.visitor_id`,
    conversation: conversationSql(name),
    at: '$at',
    events,
  });
  return withValues(text, { at: sql`${at.toISOString()}::timestamptz` });
}
