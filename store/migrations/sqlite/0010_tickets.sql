-- Who has a ticket and where it came from, what was done and said about it, its own copy of the
-- conversation, and a search over all of that. A ticket outlives its chat: nothing here refers to
-- one. The release before this one makes tickets without what is new here.

alter table ticket add column assignee text;
-- The chat it was made in.
alter table ticket add column chat text;
alter table ticket add column chat_number bigint;
alter table ticket add column made_by text;
alter table ticket add column changed_at bigint not null default 0;
-- The tags in lower case, each between blanks.
alter table ticket add column folded text not null default ' inquiry ';
update ticket set changed_at = created_at;
create index ticket_by_chat on ticket (chat) where chat is not null;
create index ticket_by_address on ticket (service, email, created_at);

create table ticket_change (
  ord integer primary key autoincrement,
  service text not null,
  number bigint not null,
  agent text not null,
  at bigint not null,
  field text not null,
  old text not null,
  new text not null
);
create index ticket_change_by_ticket on ticket_change (service, number, ord);

-- What has words: the ticket itself, its comments, and the copy of the conversation.
create table ticket_part (
  id integer primary key autoincrement,
  service text not null,
  number bigint not null,
  -- ticket, comment, message
  kind text not null,
  -- Of a comment its number, of a message its number in the chat.
  seq bigint not null,
  at bigint not null,
  -- The id of the chat's message.
  message text,
  -- JSON; null of the ticket itself.
  what text,
  constraint ticket_part_once unique (service, number, kind, seq)
);
create index ticket_part_by_message on ticket_part (message) where message is not null;

-- The words of each part, under its id.
create virtual table ticket_search using fts5 (words, tokenize = 'unicode61 remove_diacritics 2');
-- A word that is taken out is not left in the index.
insert into ticket_search (ticket_search, rank) values ('secure-delete', 1);

insert into ticket_part (service, number, kind, seq, at)
select service, number, 'ticket', 0, created_at from ticket;
insert into ticket_search (rowid, words)
select ticket_part.id, ticket.subject || char(10) || ticket.description || char(10)
  || coalesce(ticket.name, '') || char(10) || coalesce(ticket.email, '')
from ticket_part
join ticket on ticket.service = ticket_part.service and ticket.number = ticket_part.number;

-- Events of our rooms that repeat what the tickets of a chat hold.
create table repetition (
  event text not null,
  chat text not null,
  -- JSON
  room text not null,
  -- By an agent, with what stands in the ticket itself.
  typed boolean not null,
  constraint repetition_once primary key (event, chat)
);
create index repetition_by_chat on repetition (chat);
