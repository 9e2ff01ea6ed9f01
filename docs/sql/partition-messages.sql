-- Splits the table of messages by client into 16 tables. See docs/scaling.md. One transaction: writes wait until it ends,
-- and when it fails nothing has changed. It needs as much free disk as the table and its indexes have now.
begin;
lock table messages in access exclusive mode;

alter table messages rename to messages_whole;
alter index messages_pkey rename to messages_whole_pkey;
alter index messages_id_key rename to messages_whole_id_key;
alter index messages_client_made_key rename to messages_whole_client_made_key;
create table messages (like messages_whole including defaults including constraints) partition by hash (client_id);
do $$
begin
  for n in 0..15 loop
    execute format('create table messages_%s partition of messages for values with (modulus 16, remainder %s)', n, n);
  end loop;
end $$;

insert into messages select * from messages_whole;
alter table messages add constraint messages_pkey primary key (client_id, conversation_id, sequence);
create unique index messages_id_key on messages (client_id, id);
create unique index messages_client_made_key on messages (client_id, conversation_id, client_message_id)
  where client_message_id is not null;
alter table messages add constraint messages_conversation_fk
  foreign key (client_id, conversation_id) references conversations (client_id, id) on delete cascade;
drop table messages_whole;
commit;

analyze messages;
