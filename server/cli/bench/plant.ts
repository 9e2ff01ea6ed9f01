import pg from 'pg';

/** The id of planted conversation `n`, which pgbench computes as well. */
export function plantedConversationId(n: number): string {
  return `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

/**
 * Conversations 1 to `count` of the client with three messages each, and as many again of another client; statuses,
 * widgets and times are spread. Planted with SQL, since the point is what a full database does to a page.
 */
export async function plantConversations(
  url: string,
  owner: { clientId: string; widgetId: string },
  from: number,
  to: number,
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO conversations (client_id, id, widget_id, status, tags, metadata, message_count, last_sequence,
         last_message_preview, last_message_role, last_message_at, visitor_read_sequence, agent_read_sequence,
         created_at, updated_at)
       SELECT $1, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $2,
         (ARRAY['open', 'waiting', 'snoozed', 'closed'])[1 + n % 4], '{}', '{}', 3, 3, 'A planted message', 'user',
         t, 3, 0, t, t
       FROM (SELECT n, timestamptz '2026-01-01' + n * interval '1 second' AS t FROM generate_series($3::int, $4::int) n) s`,
      [owner.clientId, owner.widgetId, from, to],
    );
    await client.query(
      `INSERT INTO messages (client_id, conversation_id, sequence, id, role, content, metadata, created_at)
       SELECT $1, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, s,
         ('00000000-0000-7000-9000-' || lpad(to_hex(n * 4 + s), 12, '0'))::uuid, 'user',
         'A planted message of about the usual length, as visitors ask.', '{}', timestamptz '2026-01-01' + n * interval '1 second'
       FROM generate_series($2::int, $3::int) n, generate_series(1, 3) s`,
      [owner.clientId, from, to],
    );
    await client.query('VACUUM ANALYZE conversations, messages');
  } finally {
    await client.end();
  }
}

/** Lengthens one conversation to `count` messages. */
export async function plantThread(url: string, clientId: string, conversationId: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO messages (client_id, conversation_id, sequence, id, role, content, metadata, created_at)
       SELECT $1, $2, s, gen_random_uuid(), 'user', 'A planted message of about the usual length, as visitors ask.', '{}', now()
       FROM generate_series((SELECT last_sequence + 1 FROM conversations WHERE client_id = $1 AND id = $2), $3::int) s`,
      [clientId, conversationId, count],
    );
    await client.query(
      'UPDATE conversations SET message_count = $3, last_sequence = $3 WHERE client_id = $1 AND id = $2',
      [clientId, conversationId, count],
    );
    await client.query('VACUUM ANALYZE messages');
  } finally {
    await client.end();
  }
}
