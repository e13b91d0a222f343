-- The first release: services, agents, chats with their records, what came in, what must go out.
-- Times are milliseconds since 1970. PostgreSQL will get a file of its own beside this one; only
-- the two `autoincrement` columns and the types differ.

create table service (
  slug text primary key,
  name text not null,
  settings text not null,
  desk_room text constraint service_desk_room_once unique,
  next_chat bigint not null default 1,
  next_ticket bigint not null default 1
);

create table agent (
  service text not null references service (slug),
  id text not null,
  name text not null,
  may_chat boolean not null,
  capacity integer,
  constraint agent_once primary key (service, id)
);
create index agent_by_id on agent (id);

-- What is true of a person in every service.
create table person (
  id text primary key,
  presence text not null default 'unknown',
  presence_at bigint,
  status text not null default 'auto'
);

create table customer (
  id text primary key,
  service text not null references service (slug),
  name text,
  email text,
  created_at bigint not null
);

create table chat (
  id text primary key,
  service text not null references service (slug),
  number bigint not null,
  customer text not null references customer (id),
  state text not null,
  agent text,
  offered_until bigint,
  closed_at bigint,
  room text constraint chat_room_once unique,
  locale text not null,
  page text,
  fields text not null,
  created_at bigint not null,
  next_seq bigint not null default 1,
  constraint chat_number_once unique (service, number)
);
create index chat_by_state on chat (service, state, number);
create index chat_open_room on chat (room) where state <> 'closed' and room is not null;
create index chat_by_agent on chat (agent) where state in ('offered', 'active');
create index chat_by_deadline on chat (offered_until) where state = 'offered';

-- Only the hash: whoever reads this table can open no chat.
create table visitor_token (
  hash text primary key,
  chat text not null references chat (id),
  created_at bigint not null
);

create table consent (
  service text not null references service (slug),
  subject text not null,
  version text not null,
  text_hash text not null,
  at bigint not null
);
create index consent_by_subject on consent (subject);

create table offer (
  chat text not null references chat (id),
  agent text not null,
  at bigint not null
);
create index offer_by_chat on offer (chat, agent);
create index offer_by_agent on offer (agent, at);

-- The record of a chat as its customer sees it. A message's text stands here and nowhere else.
create table chat_event (
  chat text not null references chat (id),
  seq bigint not null,
  at bigint not null,
  what text not null,
  message text constraint message_once unique,
  client_key text,
  matrix_event text,
  constraint chat_event_once primary key (chat, seq),
  constraint client_key_once unique (chat, client_key)
);
create index chat_event_by_matrix_event on chat_event (matrix_event);

-- Events from the homeserver, known by their event id: transaction ids repeat (synapse#14556).
create table inbox (
  ord integer primary key autoincrement,
  event text not null constraint inbox_event_once unique,
  room text not null,
  body text,
  received_at bigint not null,
  processed boolean not null default false
);
create index inbox_unprocessed on inbox (ord) where not processed;

create table outbox (
  ord integer primary key autoincrement,
  id text not null constraint outbox_id_once unique,
  lane text not null,
  effect text not null,
  created_at bigint not null,
  -- Why it was given up; null while it waits.
  buried text
);
create index outbox_by_lane on outbox (lane, ord) where buried is null;

create table ticket (
  service text not null references service (slug),
  number bigint not null,
  subject text not null,
  description text not null,
  status text not null default 'open',
  priority text not null default 'normal',
  name text,
  email text,
  tags text not null,
  created_at bigint not null,
  constraint ticket_once primary key (service, number)
);
