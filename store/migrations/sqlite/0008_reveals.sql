-- Originals that were shown to somebody alone and must be taken back, also when the program was
-- down at that moment. The time stands in `deadline`, the words nowhere.

create table reveal (
  -- The effect that shows it.
  effect text primary key,
  person text not null,
  tried_at bigint not null,
  room text not null,
  -- Where it stands there; null until that is known.
  event text
);
