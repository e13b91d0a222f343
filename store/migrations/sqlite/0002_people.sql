-- Permissions and groups of agents, what people chose for themselves, and who changed what.
-- `agent.may_chat` stays and is kept in step, for the release before this one reads it.

alter table agent add column permissions text not null default '[]';
alter table agent add column member_of text not null default '[]';
update agent set permissions = '["chat"]' where may_chat;

-- When the person was last seen doing something in a room of ours.
alter table person add column active_at bigint;
-- The language of the bot's answers; null: English.
alter table person add column language text;
-- The service its commands in a management room are about.
alter table person add column service text;

create table audit (
  ord integer primary key autoincrement,
  at bigint not null,
  -- Null: concerns the installation.
  service text,
  actor text not null,
  what text not null,
  subject text,
  old text,
  new text
);
create index audit_by_service on audit (service, ord);
create index audit_by_actor on audit (actor, ord);
