-- The agents' page: links that work once, who sits there, and what was done from there under a key
-- of the page's own. Nobody can enter with what is kept: it is hashes.

create table console_link (
  hash text primary key,
  person text not null,
  expires_at bigint not null
);

create table console_session (
  hash text primary key,
  person text not null,
  -- The room it was opened in; null: in a browser of its own.
  service text,
  chat text,
  expires_at bigint not null
);
create index console_session_by_person on console_session (person);

-- What a key of the page has made, so that a repeat makes nothing: the number of a ticket or comment.
create table console_deed (
  key text primary key,
  number bigint not null,
  at bigint not null
);
