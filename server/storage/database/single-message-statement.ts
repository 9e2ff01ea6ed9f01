import type { AppendResult } from '../repositories/messages.ts';
import { newMessage } from './message-rows.ts';
import { conversationDecoder, messageDecoder, type OutgoingMessage } from './message-statement.ts';
import type { TextRow } from './row-decoder.ts';

const asText = (alias: string, names: string[]) => names.map((name) => `${alias}.${name}::text`).join(', ');
const nulls = messageDecoder.columns.map(() => 'null::text').join(', ');

/** Whether the message may go by `singleMessageStatement`, which ends no handoff. */
export function mayBeSingle({ role }: OutgoingMessage): boolean {
  return role !== 'agent';
}

/**
 * What `appendStatement` does, for one message that is not an agent's: the same in three quarters of the time, for a
 * message at rest and for one in a transaction. The conversation is locked by its update. Of two that store the same client-made id at the same
 * moment, one fails on the unique key; run again, it finds the other's.
 *
 * It stores nothing for a client with an enabled webhook, whom `tellingStatement` is for.
 */
export const singleMessageStatement = {
  text: `
with known as materialized (
  select m.* from messages m where m.client_id = $1 and m.conversation_id = $2 and m.client_message_id = $3
), bumped as (
  update conversations c set
    message_count = c.message_count + 1,
    last_sequence = c.last_sequence + 1,
    last_message_preview = $4,
    last_message_role = $5,
    last_message_at = $6,
    updated_at = $6,
    status = case when $7::text is null then c.status
      when $7 <> 'reopen' then $7
      when c.status in ('closed', 'snoozed') then
        case when c.handoff is null or $5 = 'agent' then 'open' else 'waiting' end
      else c.status end,
    snoozed_until = case when $7 is null or $7 = 'snoozed' then c.snoozed_until
      when $7 = 'reopen' and c.status not in ('closed', 'snoozed') then c.snoozed_until end,
    visitor_read_sequence = case when $5 = 'user' then c.last_sequence + 1 else c.visitor_read_sequence end,
    agent_read_sequence = case when $5 = 'agent' then c.last_sequence + 1 else c.agent_read_sequence end,
    handoff = case when $5 <> 'agent' then c.handoff end
  where c.client_id = $1 and c.id = $2 and ($8::uuid is null or c.visitor_id = $8) and not exists (select from known)
    and not exists (select from webhooks w where w.client_id = $1 and w.enabled)
  returning c.*
), stored as (
  insert into messages (client_id, conversation_id, sequence, id, role, content, metadata, client_message_id, author_id,
    created_at)
  select $1, $2, b.last_sequence, $9, $5, $10, $11, $3, $12, $6 from bumped b
), queued as (
  insert into jobs (client_id, kind, subject_id, payload, run_at, attempts, created_at)
  select $1, 'answer', $9, $13, $6, 0, $6 from bumped where $13::jsonb is not null
), ended as (
  update handoffs h set resolved_at = $6, resolution = 'answered'
  from bumped b
  where $5 = 'agent' and h.client_id = b.client_id and h.conversation_id = b.id and h.resolved_at is null
)
select ${nulls}, ${asText('b', conversationDecoder.columns)} from bumped b
union all
select ${asText('k', messageDecoder.columns)}, ${asText('c', conversationDecoder.columns)}
from known k join conversations c on c.client_id = $1 and c.id = $2 and ($8::uuid is null or c.visitor_id = $8)`,
  rowMode: 'array' as const,
  types: { getTypeParser: () => (text: string) => text },
};

/** The parameters of `singleMessageStatement`. */
export function singleMessageValues(message: OutgoingMessage): unknown[] {
  return [
    message.client_id,
    message.conversation_id,
    message.client_message_id,
    message.preview,
    message.role,
    message.created_at.toISOString(),
    message.status_after,
    message.only_for_visitor_id,
    message.id,
    message.content,
    JSON.stringify(message.metadata),
    message.author_id,
    message.answer_job === null ? null : JSON.stringify(message.answer_job),
  ];
}

/** What the message came to; undefined: its conversation was not found, or its client has a webhook. */
export function readSingle(outgoing: OutgoingMessage, rows: TextRow[]): AppendResult | undefined {
  const row = rows[0];
  if (row === undefined) return undefined;
  const conversation = conversationDecoder.decode(row, messageDecoder.columns.length);
  const repeated = row[0] !== null;
  const message = repeated
    ? messageDecoder.decode(row, 0)
    : newMessage(outgoing, conversation.lastSequence, conversation);
  return { message, repeated, conversation };
}
