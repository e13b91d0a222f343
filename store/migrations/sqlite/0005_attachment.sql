-- Files of messages. A customer's bytes are here from the moment they are accepted until the event
-- that brings them into the portal is sent; then only where the homeserver keeps them.

create table attachment (
  message text primary key,
  chat text not null references chat (id),
  from_customer boolean not null,
  size bigint not null,
  -- Null once they are delivered, and for files of agents.
  bytes blob,
  -- `mxc://...`; null until the file is uploaded.
  media text
);
create index attachment_by_chat on attachment (chat);
create index attachment_waiting on attachment (size) where bytes is not null;
