-- Each service has a space, in which its desk room and its active chats are listed.

alter table service add column space text;
create unique index service_space_once on service (space);
