-- Keys of the admin API, of which only the hash is kept; and what programs were answered when they
-- asked for something to be made, so that asking again makes nothing twice.

create table api_key (
  hash text primary key,
  service text not null references service (slug),
  number bigint not null,
  name text not null,
  -- JSON
  scopes text not null,
  networks text not null,
  made_by text not null,
  made_at bigint not null,
  expires_at bigint not null,
  used_at bigint,
  -- A revoked one stays, so that its number means no other.
  revoked_at bigint,
  constraint api_key_number_once unique (service, number)
);

create table answered (
  service text not null,
  key_number bigint not null,
  name text not null,
  request text not null,
  made text not null,
  at bigint not null,
  constraint answered_once primary key (service, key_number, name)
);
create index answered_by_time on answered (at);
