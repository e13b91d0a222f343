//! What routing asks: who waits, who could take it, who was offered what.

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;

use desk::{
    chat::Chat,
    ids::{AgentId, ChatId, EventId, ServiceSlug, Timestamp},
    ports::StoreError,
    routing::{Candidate, Entry, Outcome, Waiting},
    service::Service,
    store::{Place, QueueTx},
};

use super::SqliteTx;
use crate::{
    reads::{RECENT_WAITS, candidates, chat_where},
    rows::{self, get, json, number, time, to_json},
};

/// How many entries of a chat's routing log are kept.
const KEPT: i64 = 100;

/// `$1` the chat.
const PASSED: &str = "
select agent, count(*) as times from offer
where chat = $1 and coalesce(outcome, 'passed') <> 'withdrawn'
group by agent order by agent";

impl SqliteTx<'_> {
    async fn chats(
        &mut self,
        condition: &str,
        at: Timestamp,
        limit: u32,
    ) -> Result<Vec<Chat>, StoreError> {
        let query = sqlx::query(chat_where(condition))
            .bind(at.as_millis())
            .bind(limit);
        self.list(query, rows::chat).await
    }

    async fn recent(&mut self, chat: &Chat) -> Result<Option<AgentId>, StoreError> {
        let query = sqlx::query(
            "select offer.agent from chat join offer on offer.chat = chat.id
             where chat.customer = $1 and chat.id <> $2 and offer.outcome = 'accepted'
             order by offer.at desc limit 1",
        )
        .bind(chat.customer.as_str())
        .bind(chat.id.as_str());
        self.find(query, |row| get::<String>(row, "agent").map(AgentId::new))
            .await
    }
}

fn place(row: &sqlx::sqlite::SqliteRow) -> Result<Place, StoreError> {
    Ok(Place {
        chat: ChatId::new(get::<String>(row, "id")?),
        place: rows::count(row, "place")?,
    })
}

#[async_trait]
impl QueueTx for SqliteTx<'_> {
    async fn agents(&mut self, service: &Service) -> Result<Vec<Candidate>, StoreError> {
        let query = sqlx::query(candidates("order by agent.id")).bind(service.slug.as_str());
        let capacity = service.settings.routing.capacity;
        self.list(query, |row| rows::candidate(row, capacity)).await
    }

    async fn candidate(
        &mut self,
        service: &Service,
        agent: &AgentId,
    ) -> Result<Option<Candidate>, StoreError> {
        let query = sqlx::query(candidates("and agent.id = $2"))
            .bind(service.slug.as_str())
            .bind(agent.as_str());
        let capacity = service.settings.routing.capacity;
        self.find(query, |row| rows::candidate(row, capacity)).await
    }

    async fn anybody_waits(&mut self, service: &ServiceSlug) -> Result<bool, StoreError> {
        let query =
            sqlx::query("select 1 from chat where service = $1 and state = 'waiting' limit 1")
                .bind(service.as_str());
        Ok(self.find(query, |_| Ok(())).await?.is_some())
    }

    async fn waiting(
        &mut self,
        service: &Service,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Waiting>, StoreError> {
        let query = sqlx::query(chat_where(
            "service = $1 and state = 'waiting' and number > $2 order by number limit $3",
        ))
        .bind(service.slug.as_str())
        .bind(number(after)?)
        .bind(limit);
        let chats = self.list(query, rows::chat).await?;
        let query = sqlx::query(
            "select chat, agent, count(*) as times from offer
             where chat in (select id from chat where service = $1 and state = 'waiting' and number > $2
                            order by number limit $3)
               and coalesce(outcome, 'passed') <> 'withdrawn'
             group by chat, agent",
        )
        .bind(service.slug.as_str())
        .bind(number(after)?)
        .bind(limit);
        let mut passed: HashMap<String, Vec<(AgentId, u32)>> = HashMap::new();
        let rows = self.list(query, |row| {
            Ok((
                get::<String>(row, "chat")?,
                AgentId::new(get::<String>(row, "agent")?),
                get(row, "times")?,
            ))
        });
        for (chat, agent, times) in rows.await? {
            passed.entry(chat).or_default().push((agent, times));
        }
        let mut waiting = Vec::with_capacity(chats.len());
        for chat in chats {
            let recent = match service.settings.routing.prefer_recent {
                true => self.recent(&chat).await?,
                false => None,
            };
            waiting.push(Waiting {
                passed: passed.remove(chat.id.as_str()).unwrap_or_default(),
                recent,
                chat,
            });
        }
        Ok(waiting)
    }

    async fn passed(&mut self, chat: &ChatId) -> Result<Vec<(AgentId, u32)>, StoreError> {
        self.list(sqlx::query(PASSED).bind(chat.as_str()), |row| {
            Ok((
                AgentId::new(get::<String>(row, "agent")?),
                get(row, "times")?,
            ))
        })
        .await
    }

    async fn history(&mut self, chat: Chat) -> Result<Waiting, StoreError> {
        Ok(Waiting {
            passed: self.passed(&chat.id).await?,
            recent: self.recent(&chat).await?,
            chat,
        })
    }

    async fn waiting_before(&mut self, chat: &Chat) -> Result<u64, StoreError> {
        let query =
            sqlx::query("select count(*) as n from chat where service = $1 and state = 'waiting' and number < $2")
                .bind(chat.service.as_str())
                .bind(number(chat.number)?);
        self.counted(query).await
    }

    async fn overdue(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Chat>, StoreError> {
        let condition = "state = 'offered' and offered_until <= $1 order by offered_until limit $2";
        self.chats(condition, now, limit).await
    }

    async fn lost(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Chat>, StoreError> {
        let condition = "grace_until <= $1 order by grace_until limit $2";
        self.chats(condition, now, limit).await
    }

    async fn widening(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Chat>, StoreError> {
        let condition = "target_until <= $1 and state = 'waiting' order by target_until limit $2";
        self.chats(condition, now, limit).await
    }

    async fn chats_of(&mut self, agent: &AgentId) -> Result<Vec<Chat>, StoreError> {
        let query = sqlx::query(chat_where(
            "id in (select id from chat where agent = $1 and state in ('offered', 'active')
                    union select id from chat where handed_over_by = $1)
             order by service, number",
        ))
        .bind(agent.as_str());
        self.list(query, rows::chat).await
    }

    async fn chats_open_to(
        &mut self,
        service: &ServiceSlug,
        agent: &AgentId,
    ) -> Result<Vec<Chat>, StoreError> {
        let query = sqlx::query(chat_where(
            "service = $1 and state in ('waiting', 'offered', 'active')
             and (exists (select 1 from offer where offer.chat = chat.id and offer.agent = $2)
               or exists (select 1 from guest where guest.chat = chat.id and guest.agent = $2))
             order by number",
        ))
        .bind(service.as_str())
        .bind(agent.as_str());
        self.list(query, rows::chat).await
    }

    async fn open_chats(
        &mut self,
        service: &ServiceSlug,
        limit: u32,
    ) -> Result<Vec<Chat>, StoreError> {
        let query = sqlx::query(chat_where(
            "service = $1 and state in ('waiting', 'offered', 'active') order by number limit $2",
        ))
        .bind(service.as_str())
        .bind(limit);
        self.list(query, rows::chat).await
    }

    async fn find_chat_by_number(
        &mut self,
        service: &ServiceSlug,
        wanted: u64,
    ) -> Result<Option<Chat>, StoreError> {
        let Ok(wanted) = number(wanted) else {
            return Ok(None);
        };
        let query = sqlx::query(chat_where("service = $1 and number = $2"))
            .bind(service.as_str())
            .bind(wanted);
        self.find(query, rows::chat).await
    }

    async fn insert_offer(
        &mut self,
        chat: &ChatId,
        agent: &AgentId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let query = sqlx::query("insert into offer (chat, agent, at) values ($1, $2, $3)")
            .bind(chat.as_str())
            .bind(agent.as_str())
            .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn end_offer(
        &mut self,
        chat: &ChatId,
        agent: &AgentId,
        outcome: Outcome,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "update offer set outcome = $3 where chat = $1 and agent = $2 and outcome is null",
        )
        .bind(chat.as_str())
        .bind(agent.as_str())
        .bind(outcome.as_str());
        Ok(self.run(query).await? > 0)
    }

    async fn save_accepted(&mut self, chat: &ChatId, at: Timestamp) -> Result<(), StoreError> {
        let query =
            sqlx::query("update chat set accepted_at = $2 where id = $1 and accepted_at is null")
                .bind(chat.as_str())
                .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn recent_waits(
        &mut self,
        service: &ServiceSlug,
        limit: usize,
    ) -> Result<Vec<Duration>, StoreError> {
        let query = sqlx::query(RECENT_WAITS)
            .bind(service.as_str())
            .bind(u32::try_from(limit).unwrap_or(u32::MAX));
        self.list(query, rows::wait).await
    }

    async fn moved_in_front(
        &mut self,
        service: &ServiceSlug,
        first: u32,
    ) -> Result<Vec<Place>, StoreError> {
        let query = sqlx::query(
            "select id, place from (
               select id, told_place, handed_over_by, row_number() over (order by number) as place
               from (select id, number, told_place, handed_over_by from chat
                     where service = $1 and state = 'waiting' order by number limit $2))
             where handed_over_by is null and (told_place is null or told_place <> place)
             order by place",
        )
        .bind(service.as_str())
        .bind(first);
        self.list(query, place).await
    }

    async fn moved_behind(
        &mut self,
        service: &ServiceSlug,
        first: u32,
        limit: u32,
        (every, now): (Duration, Timestamp),
    ) -> Result<Vec<Place>, StoreError> {
        let every = i64::try_from(every.as_millis()).unwrap_or(i64::MAX);
        let turn = sqlx::query(
            "update service set queue_told_at = $2 where slug = $1 and queue_told_at <= $3",
        )
        .bind(service.as_str())
        .bind(now.as_millis())
        .bind(now.as_millis().saturating_sub(every));
        if self.run(turn).await? == 0 {
            return Ok(Vec::new());
        }
        let query = sqlx::query(
            "select id, place from (
               select id, told_place, told_at, handed_over_by, row_number() over (order by number) as place
               from chat where service = $1 and state = 'waiting')
             where place > $2 and handed_over_by is null and (told_place is null or told_place <> place)
             order by told_at, place limit $3",
        )
        .bind(service.as_str())
        .bind(first)
        .bind(limit);
        self.list(query, place).await
    }

    async fn save_told_place(
        &mut self,
        chat: &ChatId,
        place: Option<u64>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let query = sqlx::query("update chat set told_place = $2, told_at = $3 where id = $1")
            .bind(chat.as_str())
            .bind(place.map(number).transpose()?)
            .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn insert_announcement(
        &mut self,
        chat: &ChatId,
        event: &EventId,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into announcement (event, chat) values ($1, $2) on conflict (event) do nothing",
        )
        .bind(event.as_str())
        .bind(chat.as_str());
        self.run(query).await.map(drop)
    }

    async fn find_announced(&mut self, event: &EventId) -> Result<Option<Chat>, StoreError> {
        let query = sqlx::query(chat_where(
            "id = (select chat from announcement where event = $1)",
        ))
        .bind(event.as_str());
        self.find(query, rows::chat).await
    }

    async fn insert_called(&mut self, chat: &ChatId, agent: &AgentId) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "insert into called (chat, agent) values ($1, $2) on conflict (chat, agent) do nothing",
        )
        .bind(chat.as_str())
        .bind(agent.as_str());
        Ok(self.run(query).await? > 0)
    }

    async fn insert_guest(&mut self, chat: &ChatId, agent: &AgentId) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into guest (chat, agent) values ($1, $2) on conflict (chat, agent) do nothing",
        )
        .bind(chat.as_str())
        .bind(agent.as_str());
        self.run(query).await.map(drop)
    }

    async fn is_guest(&mut self, chat: &ChatId, agent: &AgentId) -> Result<bool, StoreError> {
        let query = sqlx::query("select 1 from guest where chat = $1 and agent = $2")
            .bind(chat.as_str())
            .bind(agent.as_str());
        Ok(self.find(query, |_| Ok(())).await?.is_some())
    }

    async fn log_routing(
        &mut self,
        chat: &ChatId,
        at: Timestamp,
        entry: &Entry,
    ) -> Result<(), StoreError> {
        let query = sqlx::query("insert into routing_log (chat, at, entry) values ($1, $2, $3)")
            .bind(chat.as_str())
            .bind(at.as_millis())
            .bind(to_json(entry)?);
        self.run(query).await?;
        let query = sqlx::query(
            "delete from routing_log where chat = $1 and ord <=
               (select ord from routing_log where chat = $1 order by ord desc limit 1 offset $2)",
        )
        .bind(chat.as_str())
        .bind(KEPT);
        self.run(query).await.map(drop)
    }

    async fn routing_log(
        &mut self,
        chat: &ChatId,
        limit: u32,
    ) -> Result<Vec<(Timestamp, Entry)>, StoreError> {
        let query = sqlx::query(
            "select at, entry from routing_log where chat = $1 order by ord desc limit $2",
        )
        .bind(chat.as_str())
        .bind(limit);
        let mut entries = self
            .list(query, |row| {
                Ok((time(row, "at")?, json(get(row, "entry")?)?))
            })
            .await?;
        entries.reverse();
        Ok(entries)
    }
}
