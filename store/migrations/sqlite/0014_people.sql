-- People are looked for by their address, however it is written.

create index customer_by_email on customer (service, lower(email)) where email is not null;
create index ticket_by_email on ticket (service, lower(email)) where email is not null;
