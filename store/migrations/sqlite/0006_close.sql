-- How chats end and come back: what happens at a stored time, ratings, transcripts by mail, the
-- chat before, who a customer is for its host page, and what reports ask.

-- What the desk must do at a moment, exactly then and also after a restart. `subject` is the chat
-- it is about, or empty.
create table deadline (
  kind text not null,
  subject text not null,
  at bigint not null,
  constraint deadline_once primary key (kind, subject)
);
create index deadline_by_time on deadline (at);

-- The chat of the same customer before this one.
alter table chat add column previous text;
-- Who had it last, when it was first taken, and when an agent first wrote.
alter table chat add column taken_by text;
alter table chat add column taken_at bigint;
alter table chat add column answered_at bigint;
create index chat_of_customer on chat (customer, number);
create index chat_by_closing on chat (service, closed_at) where state = 'closed';
create index chat_by_start on chat (service, created_at);

-- `sub` of the host page's JWT: a person is one customer on any device.
alter table customer add column subject text;
create unique index customer_by_subject on customer (service, subject) where subject is not null;

create index visitor_token_by_chat on visitor_token (chat, created_at);

-- A row from the moment the customer was asked. The comment stands here and nowhere else.
create table rating (
  chat text primary key references chat (id),
  asked_at bigint not null,
  score integer,
  comment text,
  rated_at bigint
);

-- The address is kept only until the mail is sent or given up; the row counts.
create table transcript_mail (
  id text primary key,
  chat text not null references chat (id),
  email text,
  at bigint not null
);
create index transcript_mail_by_chat on transcript_mail (chat);
