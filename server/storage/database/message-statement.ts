import type { ConversationStatus, MessageRole } from '../../../shared/conversation-vocabulary.ts';
import type { ClientId } from '../../../shared/ids.ts';
import { conversations, type JsonObject, messages } from '../../../shared/schema.ts';
import { previewOf } from '../preview.ts';
import type { NewMessage } from '../repositories/messages.ts';
import type { StorageEnvironment } from '../storage.ts';
import { conversationSql, handoffDataSql, iso, messageDataSql, outboxInsert, statusEvents } from './outbox-sql.ts';
import { rowDecoder } from './row-decoder.ts';

/** A message on its way into the database: the record that the statement reads, and what the answer is built from. */
export interface OutgoingMessage {
  client_id: ClientId;
  conversation_id: string;
  id: string;
  role: MessageRole;
  content: string;
  metadata: JsonObject;
  client_message_id: string | null;
  author_id: string | null;
  /** When set, the conversation must be this visitor's. */
  only_for_visitor_id: string | null;
  status_after: ConversationStatus | 'reopen' | null;
  preview: string;
  /** When set, the payload of the job to answer the message. */
  answer_job: JsonObject | null;
  created_at: Date;
}

export function outgoingMessage(env: StorageEnvironment, clientId: ClientId, input: NewMessage): OutgoingMessage {
  return {
    client_id: clientId,
    conversation_id: input.conversationId,
    id: env.newId(),
    role: input.role,
    content: input.content,
    metadata: input.metadata ?? {},
    client_message_id: input.clientMessageId ?? null,
    author_id: input.authorId ?? null,
    only_for_visitor_id: input.onlyForVisitorId ?? null,
    status_after: input.statusAfter ?? null,
    preview: previewOf(input.previewText ?? input.content),
    answer_job: input.answerJob ?? null,
    created_at: env.now(),
  };
}

export const conversationDecoder = rowDecoder(conversations);
export const messageDecoder = rowDecoder(messages);

const list = (names: string[]) => names.join(', ');
const conversationColumns = conversationDecoder.columns.map((name) => `c_${name}`);
const knownColumns = messageDecoder.columns.map((name) => `m_${name}`);

/** Where in an answered row its parts begin. */
export const appendedRow = {
  /** The message's place in the group, from 1. */
  number: 0,
  /** The sequence number of a new message; null: it was known. */
  sequence: 1,
  /** The message stored first, when it was known. */
  known: 2,
  /** The conversation as it was before the group. */
  conversation: 2 + knownColumns.length,
};

/**
 * Stores a group of messages in one statement, for any number of clients. `$1` is a JSON array of `OutgoingMessage`;
 * the place of a message in it, from 1, is its number `n`.
 *
 * - `placed`: the messages whose conversation exists (and is the visitor's), with that conversation, which is locked.
 *   Locks are taken in the order of ids, so that two groups cannot wait for each other. The others have no row.
 * - `numbered`: with the message of the same client-made id where there is one, else with the next sequence number.
 * - `stored`, `queued` and `bumped`: what is new, the jobs to answer it, and the conversation as the newest of it leaves it.
 * - `ended`: the open handoffs of conversations that an agent has `answered`.
 * - `outbox` and `told`: what webhooks are to be sent of it; in `tellingStatement` alone.
 *
 * A handoff that was requested while the statement waited for its conversation is out of the statement's sight. Then,
 * with `$2`, it divides by zero, which is a collision: run again, it sees the handoff.
 *
 * Messages of one conversation in a group must agree in `status_after` and differ in `client_message_id`.
 * `readAppended` reads the answer, of which `appendedRow` is the shape.
 */
const appendText = (parts: { only: string; outbox: string }) => `
with placed as materialized (
  select i.n, i.client_id, i.conversation_id, i.id, i.role, i.content, i.metadata, i.client_message_id, i.author_id,
    i.status_after, i.preview, i.answer_job, i.created_at,
    ${list(conversationDecoder.columns.map((name) => `c.${name} as c_${name}`))}
  from rows from (json_to_recordset($1::json) as (client_id uuid, conversation_id uuid, id uuid, role text,
      content text, metadata jsonb, client_message_id text, author_id uuid, only_for_visitor_id uuid,
      status_after text, preview text, answer_job jsonb, created_at timestamptz)) with ordinality
    as i(client_id, conversation_id, id, role, content, metadata, client_message_id, author_id, only_for_visitor_id,
      status_after, preview, answer_job, created_at, n)
  join conversations c on c.client_id = i.client_id and c.id = i.conversation_id
  where (i.only_for_visitor_id is null or c.visitor_id = i.only_for_visitor_id)${parts.only}
  order by c.client_id, c.id
  for no key update of c
), numbered as materialized (
  select p.*, ${list(messageDecoder.columns.map((name) => `m.${name} as m_${name}`))},
    case when m.id is null then p.c_last_sequence
      + row_number() over (partition by p.client_id, p.conversation_id, m.id is null order by p.n)::integer
    end as sequence
  from placed p
  left join messages m on m.client_id = p.client_id and m.conversation_id = p.conversation_id
    and m.client_message_id = p.client_message_id
), stored as (
  insert into messages (client_id, conversation_id, sequence, id, role, content, metadata, client_message_id, author_id,
    created_at)
  select client_id, conversation_id, sequence, id, role, content, metadata, client_message_id, author_id, created_at
  from numbered where sequence is not null
), queued as (
  insert into jobs (client_id, kind, subject_id, payload, run_at, attempts, created_at)
  select client_id, 'answer', id, answer_job, created_at, 0, created_at
  from numbered where sequence is not null and answer_job is not null
), bumped as (
  update conversations c set
    message_count = c.message_count + f.stored,
    last_sequence = f.sequence,
    last_message_preview = f.preview,
    last_message_role = f.role,
    last_message_at = f.created_at,
    updated_at = f.created_at,
    status = case when f.status_after is null then c.status
      when f.status_after <> 'reopen' then f.status_after
      when c.status in ('closed', 'snoozed') then
        case when c.handoff is null or f.agent_first then 'open' else 'waiting' end
      else c.status end,
    snoozed_until = case when f.status_after is null or f.status_after = 'snoozed' then c.snoozed_until
      when f.status_after = 'reopen' and c.status not in ('closed', 'snoozed') then c.snoozed_until end,
    visitor_read_sequence = coalesce(f.visitor_seen, c.visitor_read_sequence),
    agent_read_sequence = coalesce(f.agent_seen, c.agent_read_sequence),
    handoff = case when f.agent_seen is null then c.handoff end
  from (
    select distinct on (client_id, conversation_id) client_id, conversation_id, role, preview, created_at,
      status_after, sequence, count(*) over w as stored,
      max(sequence) filter (where role = 'user') over w as visitor_seen,
      max(sequence) filter (where role = 'agent') over w as agent_seen,
      min(n) over w is not distinct from min(n) filter (where role = 'agent') over w as agent_first
    from numbered where sequence is not null
    window w as (partition by client_id, conversation_id)
    order by client_id, conversation_id, n desc
  ) f
  where c.client_id = f.client_id and c.id = f.conversation_id${parts.outbox && '\n  returning c.*'}
), answered as (
  select client_id, conversation_id, min(created_at) as answered_at from numbered
  where c_handoff is not null and role = 'agent' and sequence is not null
  group by client_id, conversation_id
), ended as (
  update handoffs h set resolved_at = a.answered_at, resolution = 'answered' from answered a
  where h.client_id = a.client_id and h.conversation_id = a.conversation_id and h.resolved_at is null
  returning ${parts.outbox ? 'h.*' : '1'}
)${parts.outbox}
select n, sequence, ${list(knownColumns)}, ${list(conversationColumns)},
  1 / (select case when $2 and (select count(*) from answered) > (select count(*) from ended) then 0 else 1 end)
from numbered order by n`;

const asTexts = { rowMode: 'array' as const, types: { getTypeParser: () => (text: string) => text } };

/** `appendText` for clients without an enabled webhook; the messages of others are not placed and have no row. */
export const appendStatement = {
  text: appendText({
    only: ' and not exists (select from webhooks w where w.client_id = i.client_id and w.enabled)',
    outbox: '',
  }),
  ...asTexts,
};

const outboxText = `, outbox as (
  ${outboxInsert({
    from: `numbered m cross join lateral (
      select * from bumped c where c.client_id = m.client_id and c.id = m.conversation_id offset 0) b`,
    clientId: 'm.client_id',
    conversationId: 'm.conversation_id',
    visitorId: 'b.visitor_id',
    conversation: conversationSql('b', { lastSequence: 'm.sequence', updatedAt: iso('m.created_at') }),
    at: 'm.created_at',
    events: [
      {
        event: 'message.created',
        data: messageDataSql({
          id: 'm.id',
          conversationId: 'm.conversation_id',
          sequence: 'm.sequence',
          role: 'm.role',
          content: 'm.content',
          metadata: 'm.metadata',
          clientMessageId: 'm.client_message_id',
          authorId: 'm.author_id',
          createdAt: 'm.created_at',
        }),
      },
      // The first of a conversation's messages sets the status that the others find.
      ...statusEvents('b.status', 'm.c_status', 'm.sequence = m.c_last_sequence + 1'),
    ],
    condition: 'm.sequence is not null',
  })}
), told as (
  ${outboxInsert({
    from: 'ended h join bumped b on b.client_id = h.client_id and b.id = h.conversation_id',
    clientId: 'b.client_id',
    conversationId: 'b.id',
    visitorId: 'b.visitor_id',
    conversation: conversationSql('b'),
    at: 'h.resolved_at',
    events: [{ event: 'handoff.resolved', data: handoffDataSql('h') }],
  })}
)`;

/** `appendText` for every client, with the rows of the outbox. Where there is nobody to tell it takes a tenth longer. */
export const tellingStatement = { text: appendText({ only: '', outbox: outboxText }), ...asTexts };
