import { describe, expect, test } from 'vitest';
import { appendStatement } from '../database/message-statement.ts';
import { singleMessageStatement } from '../database/single-message-statement.ts';
import { isUnscopedOnPurpose, unscopedTables } from './unscoped-sql.ts';

/* That no statement of the storage is unscoped is tested where they are all sent: at the end of `database.test.ts`. */

describe('a statement that could reach rows of another client is found out', () => {
  const statements = [
    'select * from "messages" where "messages"."id" = $1',
    'select * from "messages"',
    'select m.* from messages m join conversations c on c.id = m.conversation_id where c.client_id = $1',
    'select * from messages as m where m.client_id is not null',
    'update "members" set "role" = $1 where "members"."user_id" = $2',
    'update "members" set "client_id" = $1 where "members"."user_id" = $2',
    'delete from "client_widgets" where "client_widgets"."id" = $1',
    'delete from "clients"',
    'insert into "messages" ("id", "content") values ($1, $2)',
    'insert into messages select * from messages where messages.client_id = $1',
    'select * from conversations, messages where conversations.client_id = $1',
    `select * from "messages" where "messages"."content" = 'messages.client_id = $1'`,
    'select "messages"."client_id" = $1 from "messages" where "messages"."id" = $2',
    'with c as (select * from conversations c where c.client_id = $1) select * from messages where id = $2',
    'select (select count(*) from messages) as "messages" from "conversations" where "conversations"."client_id" = $1',
    'update "conversations" set "title" = (select "content" from "messages" limit 1) where "conversations"."client_id" = $1',
  ];
  test.each(statements)('%s', (sql) => {
    expect(unscopedTables(sql)).not.toEqual([]);
    expect(isUnscopedOnPurpose(sql)).toBe(false);
  });
});

describe('a statement that names the client is let through', () => {
  const statements = [
    'select * from "messages" where ("messages"."client_id" = $1 and "messages"."id" = $2)',
    'select m.* from messages m join conversations c on c.client_id = m.client_id and c.id = m.conversation_id where c.client_id = $1',
    'update "members" set "role" = $1 where ("members"."client_id" = $2 and "members"."user_id" = $3) returning "role"',
    'delete from "clients" where "clients"."id" = $1',
    'insert into "messages" ("client_id", "id") values ($1, $2) on conflict ("client_id","id") do update set "id" = $3',
    'select * from users where users.id = $1',
    'insert into "conversations" ("client_id", "messages") values ($1, $2) returning "client_id", "messages"',
    'update "conversations" set "messages" = $1 where "conversations"."client_id" = $2 returning "messages"',
    'select "client_id", "messages" from "conversations" where "conversations"."client_id" = $1',
    'select id from conversations where conversations.client_id = $1 and messages > 0',
    'select 1',
    appendStatement.text,
    singleMessageStatement.text,
  ];
  test.each(statements)('%s', (sql) => {
    expect(unscopedTables(sql)).toEqual([]);
  });
});

test('a scoped table does not excuse another one beside it', () => {
  const sql = appendStatement.text.replace('m.client_id = p.client_id and', '');
  expect(unscopedTables(sql)).toEqual(['messages: not tied to a client by m.client_id']);
});
