-- Transfers, grace, how offers end, why a chat went where it went, what each customer was told of
-- its place, and whose client never shows presence.

-- JSON; null: any agent of the service.
alter table chat add column target text;
alter table chat add column target_until bigint;
alter table chat add column handed_over_by text;
alter table chat add column grace_until bigint;
alter table chat add column accepted_at bigint;
-- The place in the queue its customer was last told; null: none since it waits.
alter table chat add column told_place bigint;
alter table chat add column told_at bigint;
create index chat_by_giver on chat (handed_over_by) where handed_over_by is not null;
create index chat_by_grace on chat (grace_until) where grace_until is not null;
create index chat_by_target on chat (target_until) where target_until is not null;
create index chat_by_acceptance on chat (service, accepted_at) where accepted_at is not null;
create index if not exists chat_by_customer on chat (customer);

-- accepted, declined, passed, withdrawn; null while it stands (and in rows of older releases).
alter table offer add column outcome text;

-- When the person was last seen online; null: never.
alter table person add column online_at bigint;
update person set online_at = presence_at where presence = 'online';
-- Whether the person was told that its client does not show presence.
alter table person add column told_unseen boolean not null default false;
alter table service add column told_unseen boolean not null default false;
alter table service add column told_presence_off boolean not null default false;
-- When those far behind in the queue were last told their places.
alter table service add column queue_told_at bigint not null default 0;

-- The messages by which agents were told of a chat, so that a reaction to one means the chat.
create table announcement (
  event text primary key,
  chat text not null references chat (id)
);
create index announcement_by_chat on announcement (chat);

-- Who was told of a chat that can be claimed: nobody is rung twice for one.
create table called (
  chat text not null references chat (id),
  agent text not null,
  constraint called_once primary key (chat, agent)
);

-- Who was brought into a chat without having it: second agents, and supervisors who watch.
create table guest (
  chat text not null references chat (id),
  agent text not null,
  constraint guest_once primary key (chat, agent)
);

create table routing_log (
  ord integer primary key autoincrement,
  chat text not null references chat (id),
  at bigint not null,
  entry text not null
);
create index routing_log_by_chat on routing_log (chat, ord);
