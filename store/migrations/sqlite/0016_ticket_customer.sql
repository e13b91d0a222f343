-- Whose a ticket is, for when retention has removed the chat it was made in. It may outlive the
-- customer, so it refers to nothing.

alter table ticket add column customer text;
update ticket set customer = (select customer from chat where chat.id = ticket.chat);
create index ticket_by_customer on ticket (customer) where customer is not null;
