-- Events of a chat's portal that tell of its customer and stand for no message of the record: to be
-- hidden when the customer is erased.

create table told (
  event text primary key,
  chat text not null references chat (id)
);
create index told_by_chat on told (chat);
