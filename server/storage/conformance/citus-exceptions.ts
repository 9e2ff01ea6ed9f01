import { normalise } from './unscoped-sql.ts';

/** A statement that does not fit a distributed Postgres as it is. */
interface CitusException {
  reason: string;
  /** Recognises it by what it reads or changes. */
  statement: RegExp;
}

/** What `docs/scaling.md` says has to be written anew, or done by the operator, before Confab runs on Citus. */
export const citusExceptions: CitusException[] = [
  {
    reason: 'stores the messages of several clients at once, and counts them inside WITH',
    statement: /^with placed as materialized \( select i\.n, /,
  },
  {
    reason: 'stores one message and counts it inside WITH',
    statement: /^with known as materialized \( select m\.\* from messages m /,
  },
  {
    reason: 'changes a conversation and puts that in the outbox of webhooks inside WITH',
    statement: /^with (made|before|rated) as \(.* outbox as \( ?insert into webhook_deliveries /,
  },
  {
    reason: 'puts a handoff in the outbox of webhooks, which it looks for',
    statement: /^insert into webhook_deliveries \([^)]*\) select c\.client_id, /,
  },
  {
    reason: 'takes deliveries of all clients, and locks them',
    statement: /^with due as \( with recursive waiting as /,
  },
  {
    reason: 'looks for deliveries of all clients that are overdue or old, and for clients that have webhooks',
    statement:
      /^(with overdue as \( select d\.client_id|delete from webhook_deliveries where \(webhook_deliveries\.client_id,|select distinct client_id from webhooks)/,
  },
  {
    reason: 'counts the deliveries of all clients that are due, and the webhooks that are failing',
    statement: /^select count\(\*\).* from (webhook_deliveries inner join )?webhooks /,
  },
  {
    reason: 'counts the words of passages inside WITH',
    statement: /^with counted as \( select key, .* changed as \( update passage_terms /,
  },
  {
    reason: 'imports rows from a list, each with its client in it',
    statement: /^insert into \w+ \([^)]*\) select r\.c0,.* from json_to_recordset\(/,
  },
  {
    reason: 'takes jobs of all clients, and locks them',
    statement: /^with due as \( select .* from jobs j .* for update skip locked/,
  },
  {
    reason: 'counts the jobs of all clients',
    statement: /^select count\(\*\).* from jobs(?: where \(jobs\.run_at|$)/,
  },
  {
    reason: 'looks for snoozed conversations of all clients that are to be woken',
    statement: /^select .* from conversations where \(conversations\.status = '' and conversations\.snoozed_until <= /,
  },
  {
    reason: 'looks for conversations of all clients that are to be indexed',
    statement: /^select .* from conversations left join conversation_search on /,
  },
  {
    reason: 'looks for attachments of all clients that nobody sent',
    statement: /^select .* from attachments where \(attachments\.sent_at is null and /,
  },
];

/** The entry that lets this statement be; undefined when none does. */
export function exceptionOf(sql: string): CitusException | undefined {
  const text = normalise(sql);
  return citusExceptions.find(({ statement }) => statement.test(text));
}
