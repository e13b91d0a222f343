-- What agents were told of personal data in a message: 🙈 on the notice means the message, and the
-- notice is taken back when the message is masked. And who uploaded a file: an admin's token must not
-- delete what an agent only named.

create table suggestion (
  message text primary key,
  chat text not null references chat (id),
  -- JSON; none once the notice is taken back.
  kinds text not null,
  -- The notice; null until it is delivered.
  event text
);
create index suggestion_by_event on suggestion (event);
create index suggestion_by_chat on suggestion (chat);

-- Null for a customer's, which are uploaded by us.
alter table attachment add column agent text;
