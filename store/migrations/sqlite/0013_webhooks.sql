-- Webhooks, what they are signed with, and what waits to be told: a queue of its own, in which each
-- row has its next time, so that an address that is away for hours holds up no chat.

create table webhook (
  id text primary key,
  service text not null references service (slug),
  number bigint not null,
  -- Empty once it is removed.
  url text not null,
  -- JSON; none: all.
  kinds text not null,
  made_by text not null,
  made_at bigint not null,
  failing_since bigint,
  trouble text,
  delivered_at bigint,
  ended_at bigint,
  -- A removed one stays, so that its number means no other.
  removed_at bigint,
  constraint webhook_number_once unique (service, number)
);

create table webhook_secret (
  id text primary key,
  webhook text not null references webhook (id),
  -- Until when it is in use; null: the present one.
  until bigint,
  -- Without a vault, in hexadecimal.
  plain text,
  -- Else sealed with the key of this id.
  key_id text,
  nonce blob,
  bytes blob
);
create index webhook_secret_by_webhook on webhook_secret (webhook);

create table delivery (
  ord integer primary key autoincrement,
  id text not null constraint delivery_id_once unique,
  webhook text not null references webhook (id),
  lane text not null,
  -- JSON, ids alone.
  what text not null,
  created_at bigint not null,
  attempts bigint not null default 0,
  next_at bigint not null
);
create index delivery_by_lane on delivery (webhook, lane, ord);
create index delivery_by_time on delivery (next_at);
