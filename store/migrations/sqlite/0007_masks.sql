-- Masks over parts of messages, what is under them, and the events of the room that showed a message
-- before the one that shows it now.

alter table chat add column next_mask bigint not null default 1;

create table mask (
  id text primary key,
  chat text not null references chat (id),
  message text not null,
  number bigint not null,
  -- Null: the service's policies.
  agent text,
  at bigint not null,
  -- JSON: where, in grapheme clusters, and what kind of data. Never what is under it.
  runs text not null,
  undone_at bigint
);
create index mask_by_chat on mask (chat, number);
create index mask_by_message on mask (message);

-- What is under a mask, readable with the key alone.
create table sealed (
  mask text primary key references mask (id),
  -- The id of the key.
  key_id text not null,
  nonce blob not null,
  bytes blob not null,
  expires_at bigint not null
);
create index sealed_by_expiry on sealed (expires_at);
create index sealed_by_key on sealed (key_id);

-- Edits, and events that a replacement stands for.
create table shown_before (
  event text primary key,
  chat text not null references chat (id),
  message text not null,
  -- Redacted.
  hidden boolean not null default false
);
create index shown_before_by_message on shown_before (message);
create index shown_before_by_chat on shown_before (chat);

-- Events of which the text repeats a message they answer.
create table quotation (
  event text primary key,
  chat text not null references chat (id),
  message text not null
);
create index quotation_by_message on quotation (message);
create index quotation_by_chat on quotation (chat);
